"""New York taxi trips: what is known when a trip starts, and when it ends."""

from datetime import timedelta

from alignc import (
    UUID,
    Contact,
    Coordinate,
    EventTimestamp,
    Float,
    Int32,
    Int64,
    PostgreSQLConfig,
    String,
    feature_view,
)

TEAM = Contact("Trips team", email="trips@example.com")
database = PostgreSQLConfig(env_var="TAXI_DATABASE_URL")
departures = database.table("departures").with_renames(
    {"pickup_datetime": "picked_up_at", "store_and_fwd_flag": "was_stored"}
)
arrivals = database.table("arrivals")


@feature_view(
    name="trip_departures",
    source=departures,
    description="What is known about a trip when the passengers get in.",
    contacts=[TEAM],
    acceptable_freshness=timedelta(hours=1),
    unacceptable_freshness=timedelta(days=1),
)
class TripDepartures:
    trip_id = UUID().as_entity()
    picked_up_at = EventTimestamp(ttl=timedelta(days=1))

    passenger_count = Int32().is_required().lower_bound(0).description("Passengers on board.")
    pickup_longitude = Float().is_required()
    pickup_latitude = Float().is_required()
    dropoff_longitude = Float().is_required().description("Where the passengers want to go.")
    dropoff_latitude = Float().is_required()
    was_stored = (
        String()
        .accepted_values(["Y", "N"])
        .description("Whether the record was held in the car before it was sent.")
    )

    pickup = Coordinate(pickup_longitude, pickup_latitude)
    dropoff = Coordinate(dropoff_longitude, dropoff_latitude)
    travel_distance = (
        pickup.euclidean_distance(dropoff)
        .lower_bound(0)
        .description("Straight line from pickup to dropoff, in degrees.")
    )
    day_of_month = picked_up_at.date_component("day").description("Day of the month, 1 to 31.")
    hour_of_day = picked_up_at.hour().description("Hour of the day, 0 to 23.")


@feature_view(
    name="vendor_traffic",
    source=departures,
    description="How busy a vendor was in the time before a trip.",
    contacts=[TEAM],
)
class VendorTraffic:
    vendor_id = Int64().as_entity()
    picked_up_at = EventTimestamp()
    passenger_count = Int32().is_required().lower_bound(0)

    in_1h = passenger_count.aggregate().over(hours=1)
    passengers_mean_1h = in_1h.mean().description("Mean passengers a trip, last hour.")
    passengers_sum_1h = in_1h.sum().description("Passengers in the last hour.")
    passengers_variance_1h = in_1h.variance()
    trips_1h = in_1h.count().description("Trips in the last hour.")

    in_20min = passenger_count.aggregate().over(minutes=20)
    passengers_mean_20min = in_20min.mean()
    passengers_sum_20min = in_20min.sum()
    passengers_variance_20min = in_20min.variance()
    trips_20min = in_20min.count().description("Trips in the last 20 minutes.")

    passengers_mean_change = (passengers_mean_20min - passengers_mean_1h).description(
        "How the mean of the last 20 minutes differs from that of the last hour."
    )


@feature_view(
    name="trip_arrivals",
    source=arrivals,
    description="What is known about a trip when it ends.",
    contacts=[TEAM],
    acceptable_freshness=timedelta(days=1),
)
class TripArrivals:
    trip_id = UUID().as_entity()
    dropoff_datetime = EventTimestamp()
    duration = Int64().is_required().lower_bound(0).description("Seconds from pickup to dropoff.")
    trip_distance = Float().description("Miles by the taximeter.")
