from alignc import DateFormatter, EventTimestamp, FileSource, Int64, feature_view


@feature_view(
    name="short_year",
    source=FileSource.csv_at("a.csv", date_formatter=DateFormatter.string_format("%d.%m.%y")),
)
class ShortYear:
    id = Int64().as_entity()
    t = EventTimestamp()


@feature_view(
    name="no_day",
    source=FileSource.csv_at("b.csv", date_formatter=DateFormatter.string_format("%Y-%m %H:%M")),
)
class NoDay:
    id = Int64().as_entity()
    t = EventTimestamp()


@feature_view(
    name="hour_alone",
    source=FileSource.csv_at("c.csv", date_formatter=DateFormatter.string_format("%Y-%m-%d %H")),
)
class HourAlone:
    id = Int64().as_entity()
    t = EventTimestamp()


@feature_view(
    name="minutes",
    source=FileSource.parquet_at("d.parquet", date_formatter=DateFormatter.unix_timestamp("min")),
)
class Minutes:
    id = Int64().as_entity()
    t = EventTimestamp()
