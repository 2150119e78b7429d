SELECT trips.zone, AVG(ended.tip) AS tip
FROM trips
JOIN trip_ends AS ended ON ended.trip_id = trips.trip_id
GROUP BY trips.zone
