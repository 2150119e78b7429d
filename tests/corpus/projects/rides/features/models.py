"""What is predicted about trips and drivers."""

from datetime import timedelta

from features.drivers import DRIVERS, Cars, DriverDay, DriverRatings, Drivers, Owners
from features.trips import (
    TRIPS,
    BusinessTrips,
    TripEnds,
    Trips,
    TripsInWeather,
    lake,
)

from alignc import (
    UUID,
    EventTimestamp,
    Float,
    Int64,
    RedisConfig,
    String,
    feature_view,
    model_contract,
)

trip = Trips()
business = BusinessTrips()
wet = TripsInWeather()
end = TripEnds()
driver = Drivers()
owner = Owners()
car = Cars()
day = DriverDay()
rating = DriverRatings()


@model_contract(
    name="eta",
    description="Minutes until the passengers get out, told when they ask.",
    input_features=[
        trip.distance,
        trip.outermost,
        trip.kind_number,
        trip.hour,
        trip.is_rush,
        wet.is_icy,
        wet.wet_metres,
        driver.years,
        driver.is_van,
        driver.is_large,
        day.tiredness,
        day.usual_is_school,
    ],
    output_source=lake.parquet_at("eta.parquet"),
    contacts=TRIPS,
)
class Eta:
    trip_id = UUID().as_entity()
    driver_id = Int64().as_entity()
    predicted_at = EventTimestamp(ttl=timedelta(hours=1))
    version = String().as_model_version()
    minutes = end.minutes.as_regression_label().send_ground_truth_event(
        when=end.was_paid, sink_to=RedisConfig.localhost().stream("eta_truth")
    )


@feature_view(
    name="promised",
    source=Eta.as_source(),
    description="What was told to passengers.",
    contacts=TRIPS,
)
class Promised:
    trip_id = UUID().as_entity()
    predicted_at = EventTimestamp(ttl=timedelta(hours=1))
    minutes = Float().lower_bound(0)

    is_long = minutes > 45


promised = Promised()


@model_contract(
    name="praise",
    description="Will the passengers be content?",
    input_features=[
        promised.is_long,
        trip.passengers,
        trip.kilometres,
        driver.has_photo,
        driver.seats,
        day.passengers_7d,
        day.school_7d,
        rating.stars_90d,
        rating.newest,
    ],
    output_source=lake.parquet_at("praise.parquet"),
    contacts=TRIPS,
)
class Praise:
    trip_id = UUID().as_entity()
    driver_id = Int64().as_entity()
    version = String().as_model_version()
    will_be_praised = end.is_praised.as_classification_label()


@model_contract(
    name="business_tip",
    description="Who tips on business?",
    features=[business.distance, business.passengers, business.hour],
    prediction_source=lake.parquet_at("business_tip.parquet"),
    contacts=TRIPS,
)
class BusinessTip:
    version = String().as_model_version()
    tip = end.tip.as_regression_label()


@model_contract(
    name="trouble",
    description="Whose passengers will complain?",
    input_features=[rating.complaints_90d, rating.stars_90d, driver.years, day.trips_7d],
    output_source=lake.parquet_at("trouble.parquet"),
    contacts=DRIVERS,
)
class Trouble:
    version = String().as_model_version()
    complaints = rating.complaints_next_30d.as_regression_label()


@model_contract(
    name="next_car",
    description="How long will an owner's car last? Replaced by the leasing company's own model.",
    input_features=[owner.years, owner.seats, car.built],
    output_source=lake.parquet_at("next_car.parquet"),
    contacts=DRIVERS,
)
class NextCar:
    version = String().as_model_version()
    reach = car.range_km.as_regression_label()
