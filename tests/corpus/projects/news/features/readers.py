"""Readers: who they are to us, what they have read, and their sessions."""

from datetime import timedelta

from features.articles import archive, cms

from alignc import (
    UUID,
    Bool,
    Embedding,
    EventTimestamp,
    FeatureView,
    Int64,
    IpAddress,
    String,
    Timestamp,
    Url,
    ValidFrom,
    feature_view,
)

AUDIENCE = ["Audience team"]
PLANS = ["none", "trial", "digital", "paper"]

clicks_source = archive.json_lines_at("clicks.jsonl")


class Readers(FeatureView):
    metadata = FeatureView.metadata_with(
        name="readers",
        description="Subscribers and those who may become one.",
        source=cms.table("readers"),
        contacts=AUDIENCE,
    )

    reader_id = UUID().as_entity()
    since = ValidFrom()
    until = Timestamp().as_valid_to().is_optional()
    plan = String().accepted_values(PLANS)
    taste = Embedding(64).description("The mean of what was read.")
    has_app = Bool()

    plan_rank = plan.ordinal_categories(PLANS)
    pays = plan.is_in(["digital", "paper"])


@feature_view(
    name="clicks",
    source=clicks_source,
    contacts=AUDIENCE,
    description="An article that was shown to a reader, and whether it was opened.",
)
class Clicks:
    article_id = UUID().as_entity()
    reader_id = UUID().as_entity()
    shown_at = EventTimestamp()
    opened = Bool()
    seconds = Int64().lower_bound(0)

    was_read = seconds >= 15


@feature_view(
    name="reading",
    source=clicks_source,
    contacts=AUDIENCE,
    description="What a reader did before.",
)
class Reading:
    reader_id = UUID().as_entity()
    shown_at = EventTimestamp(ttl=timedelta(days=28))
    click_id = Int64().as_tie_breaker()
    opened = Bool()
    seconds = Int64().lower_bound(0)
    section = String().accepted_values(["home", "world", "sport", "culture"])

    seen_28d = opened.aggregate().over(days=28, closed="left").count()
    opened_28d = opened.aggregate(where=opened).over(days=28, closed="left").count()
    seconds_28d = seconds.aggregate().over(days=28, closed="left").percentile(0.9)
    home_7d, sport_7d = (
        seconds.aggregate().over(weeks=1, closed="left").by(section, ["home", "sport"]).sum()
    )
    last_sections = section.aggregate().over(days=7, closed="left").concat(">")
    open_rate = opened_28d / seen_28d
    favours_sport = sport_7d > home_7d
    ended_in_sport = last_sections.ends_with("sport")
    reads_next_7d = seconds.aggregate().over_next(days=7).sum()


@feature_view(
    name="sessions",
    source=archive.parquet_at("sessions.parquet"),
    contacts=AUDIENCE,
    description="Visits to the site, from the first page to the last.",
)
class Sessions:
    session_id = UUID().as_entity()
    began_at = EventTimestamp(ttl=timedelta(hours=2))
    # Read by joins alone.
    reader_id = UUID()
    referrer = Url().is_optional()
    ip = IpAddress()
    agent = String().max_length(400)
    pages = Int64().lower_bound(1)

    came_from = referrer.host()
    is_search = came_from.contains(r"^(www\.)?(google|bing)\.")
    is_phone = agent.contains("Mobile", literal=True)
    ip_version = ip.version()


@feature_view(
    name="reader_sessions",
    source=Sessions.join_asof(Reading, on="reader_id").join_asof(
        Readers, on="reader_id", renames={"has_app": "reader_has_app"}
    ),
    contacts=AUDIENCE,
    description="Sessions beside what was known of the reader when they began.",
)
class ReaderSessions:
    session_id = UUID().as_entity()
    began_at = EventTimestamp(ttl=timedelta(hours=2))
    is_phone = Bool()
    open_rate = Reading().open_rate
    reader_has_app = Bool().is_optional()

    should_open_app = is_phone & reader_has_app
