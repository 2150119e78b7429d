"""How long will a taxi trip take?"""

from features.trips import TEAM, TripArrivals, TripDepartures, VendorTraffic, database

from alignc import UUID, EventTimestamp, Int64, String, model_contract

trip = TripDepartures()
traffic = VendorTraffic()
arrival = TripArrivals()


@model_contract(
    name="trip_duration",
    description="Seconds until the passengers get out, estimated when they get in.",
    input_features=[
        trip.passenger_count,
        trip.travel_distance,
        trip.day_of_month,
        trip.hour_of_day,
        traffic.passengers_mean_1h,
        traffic.passengers_variance_1h,
        traffic.trips_1h,
        traffic.trips_20min,
        traffic.passengers_mean_change,
    ],
    output_source=database.table("trip_duration_predictions"),
    contacts=[TEAM],
)
class TripDuration:
    trip_id = UUID().as_entity()
    vendor_id = Int64().as_entity()
    predicted_at = EventTimestamp()
    model_version = String().as_model_version()
    predicted_duration = arrival.duration.as_regression_label()
