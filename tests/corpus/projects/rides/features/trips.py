"""Trips: what is known when one begins, and when it ends."""

import math
from datetime import timedelta

from alignc import (
    UUID,
    Bool,
    Coordinate,
    DateFormatter,
    Duration,
    EventTimestamp,
    FileSource,
    Float,
    Int32,
    Int64,
    Latitude,
    Longitude,
    String,
    feature_view,
    max_of,
)

TRIPS = ["Trips team"]
CENTRE = (10.75, 59.91)
KINDS = ["private", "business", "school"]

lake = FileSource.directory("s3://rides-lake/silver")
requests = lake.partitioned_parquet_at(
    "requests",
    ["city", "day"],
    mapping_keys={"requestedAt": "requested_at"},
    date_formatter=DateFormatter.unix_timestamp("ms"),
)


@feature_view(name="trips", source=requests, contacts=TRIPS, tags=["silver"])
class Trips:
    """A trip as it was asked for; where exactly is nobody's business but the driver's."""

    trip_id = UUID().as_entity()
    requested_at = EventTimestamp(ttl=timedelta(hours=12), time_zone="Europe/Oslo")
    from_lon = Longitude().is_required()
    from_lat = Latitude().is_required()
    to_lon = Longitude().is_required()
    to_lat = Latitude().is_required()
    passengers = Int32().is_required().lower_bound(1).upper_bound(8)
    kind = String().is_required().accepted_values(KINDS)
    # Read by the city's board alone.
    zone = String().max_length(30)
    weather_id = String().is_required().min_length(3)

    pickup = Coordinate(from_lon, from_lat)
    goal = Coordinate(to_lon, to_lat)
    distance = pickup.haversine_distance(goal).description("Metres, as the crow flies.")
    from_centre = pickup.haversine_distance(CENTRE)
    to_centre = goal.haversine_distance(CENTRE)
    outermost = max_of(from_centre, to_centre)
    kilometres = math.floor(distance / 1000)
    kind_number = kind.ordinal_categories(["private", "school", "business"])
    hour = requested_at.hour()
    is_weekend = requested_at.weekday() > 5
    is_rush = hour.is_between(7, 9) & ~is_weekend


@feature_view(
    name="weather",
    source=lake.json_lines_at("weather.jsonl"),
    contacts=["Data platform"],
    description="Observations of the met office.",
)
class Weather:
    weather_id = String().as_entity()
    observed_at = EventTimestamp(ttl=timedelta(hours=6), availability_delay=timedelta(minutes=20))
    celsius = Float().is_required().lower_bound(-50).upper_bound(50)
    rain = Float().lower_bound(0).description("Millimetres in the last hour.")

    is_icy = (celsius < 0) & (rain > 0)


@feature_view(
    name="trips_in_weather",
    source=Trips.join_asof(Weather, on="weather_id"),
    contacts=TRIPS,
    description="Trips with the weather that was known when they were asked for.",
)
class TripsInWeather:
    trip_id = UUID().as_entity()
    requested_at = EventTimestamp(ttl=timedelta(hours=12))
    is_icy = Bool()
    rain = Float()
    distance = Float()

    wet_metres = distance * (rain > 0).cast(Int64())


@feature_view(
    name="trip_ends",
    source=lake.parquet_at("ends.parquet"),
    contacts=TRIPS,
    description="What is known when the passengers have got out.",
)
class TripEnds:
    trip_id = UUID().as_entity()
    ended_at = EventTimestamp()
    took = Duration().is_required()
    tip = Float().lower_bound(0)
    stars = Int64().accepted_values([1, 2, 3, 4, 5]).description("Given by the passengers.")
    cancelled = Bool().is_required()

    minutes = took.total_seconds() / 60
    is_praised = stars == 5
    was_paid = ~cancelled


BusinessTrips = Trips.filter("business_trips", where=lambda trip: trip.kind == "business")
