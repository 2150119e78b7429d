"""Drivers, their cars, and how they have driven so far."""

from datetime import timedelta

from features.trips import lake, requests

from alignc import (
    Bool,
    Date,
    EventTimestamp,
    FeatureView,
    Float,
    ImageUrl,
    Int32,
    Int64,
    String,
    Timestamp,
    feature_view,
)

DRIVERS = ["Driver team <drivers@rides.example>"]


class Drivers(FeatureView):
    """A driver as last seen by the driver team."""

    metadata = FeatureView.metadata_with(
        "drivers",
        None,
        lake.parquet_at("drivers.parquet"),
        contacts=DRIVERS,
    )

    driver_id = Int64().as_entity()
    seen_at = EventTimestamp(ttl=timedelta(days=30))
    written_at = Timestamp().as_created_at()
    licensed_on = Date().is_required()
    car = String().is_required().accepted_values(["small", "large", "van"])
    photo_url = ImageUrl()
    seats = Int32().is_required().lower_bound(2).upper_bound(9)

    has_photo = photo_url.is_not_null()
    is_van, is_large = car.one_hot_encode(["van", "large"])
    years = (seen_at.year() - licensed_on.year()).lower_bound(0)


Owners = Drivers.with_entity_renaming("owners", {"driver_id": "owner_id"})


@feature_view(
    name="driver_day",
    source=requests,
    contacts=DRIVERS,
    description="How busy a driver was before the trip in question.",
)
class DriverDay:
    driver_id = Int64().as_entity()
    requested_at = EventTimestamp(ttl=timedelta(days=8))
    passengers = Int32().is_required().lower_bound(1).upper_bound(8)
    kind = String().is_required().accepted_values(["private", "business", "school"])

    is_school = kind == "school"
    trips_12h = passengers.aggregate().over(hours=12, closed="left").count()
    trips_7d = (
        passengers.aggregate().over(days=7, closed="left", resolution=timedelta(hours=1)).count()
    )
    passengers_7d = passengers.aggregate().over(days=7, closed="left").mean()
    school_7d = passengers.aggregate(where=is_school).over(days=7, closed="left").sum()
    usual_kind = kind.aggregate().over(days=7, closed="left").mode()
    usual_is_school = usual_kind == "school"
    tiredness = trips_12h / (trips_7d / 7)


@feature_view(
    name="driver_ratings",
    source=lake.parquet_at("ratings.parquet"),
    contacts=DRIVERS,
    description="What passengers have said about a driver.",
)
class DriverRatings:
    driver_id = Int64().as_entity()
    rated_at = EventTimestamp(ttl=timedelta(days=90))
    number = Int64().as_tie_breaker()
    stars = Int64().is_required().lower_bound(1).upper_bound(5)
    is_complaint = Bool()

    stars_90d = stars.aggregate().over(days=90).mean()
    last_three = stars.aggregate().over(days=90).last_k(3)
    newest = last_three.at_index(-1)
    complaints_90d = stars.aggregate(where=is_complaint).over(days=90).count()
    complaints_next_30d = stars.aggregate(where=is_complaint).over_next(days=30).count()


@feature_view(
    name="cars",
    source=lake.parquet_at("cars.parquet"),
    contacts=DRIVERS,
    description="Cars as they left the factory, by their owner.",
    tags=["static"],
)
class Cars:
    owner_id = Int64().as_entity()
    built = Int32().is_required().lower_bound(1990)
    range_km = Float().lower_bound(0)
