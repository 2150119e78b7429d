"""What is predicted about articles and readers."""

from datetime import timedelta

from features.articles import NEWSROOM, Articles, ArticlesOfDesks, FrontPage, archive
from features.readers import AUDIENCE, Clicks, Readers, ReaderSessions, Reading, Sessions

from alignc import (
    UUID,
    Email,
    EventTimestamp,
    FileSource,
    Model,
    RedisConfig,
    String,
    feature_view,
    model_contract,
)

article = Articles()
desk = ArticlesOfDesks()
front = FrontPage()
reader = Readers()
reading = Reading()
click = Clicks()
session = Sessions()
of_reader = ReaderSessions()


@model_contract(
    name="click",
    description="Will a reader open an article?",
    input_features=[
        [article.section_number, article.is_opinion, article.asks, article.shouting],
        [article.has_picture, article.is_live, article.tag_count, article.vector],
        [reader.plan_rank, reader.taste],
        [reading.open_rate, reading.favours_sport, reading.ended_in_sport],
        reading.seconds_28d,
        desk.prominence,
    ],
    output_source=archive.parquet_at("click_predictions.parquet", name="click_scores"),
    contacts=AUDIENCE,
)
class Click:
    article_id = UUID().as_entity()
    reader_id = UUID().as_entity()
    scored_at = EventTimestamp(ttl=timedelta(hours=6))
    version = String().as_model_version()
    will_open = click.opened.as_classification_label()
    chance = will_open.probability_of(True)


class Attention(Model):
    metadata = Model.metadata_with(
        name="attention",
        description="Will the article be read to the end?",
        features=[
            article.reading_minutes,
            article.depth,
            article.is_own_site,
            article.is_paid,
            article.columns,
            article.is_feature,
            article.hour,
            desk.words_per_head,
            desk.is_local,
            front.best_2d,
            front.minutes_on_top,
            Click().chance,
        ],
        contacts=NEWSROOM,
        predictions_source=archive.parquet_at("attention.parquet"),
    )

    article_id = UUID().as_entity()
    reader_id = UUID().as_entity()
    version = String().as_model_version()
    is_read = click.was_read.as_classification_target().send_ground_truth_event(
        when=click.opened, sink_to=RedisConfig("NEWS_REDIS").stream("attention")
    )


@model_contract(
    name="loyalty",
    description="How long will somebody read within a week?",
    features=[reading.seen_28d, reading.seconds_28d, reader.pays, reader.has_app],
    prediction_source=archive.parquet_at("loyalty.parquet"),
    contacts=AUDIENCE,
)
class Loyalty:
    version = String().as_model_version()
    seconds = reading.reads_next_7d.as_regression_label()


@feature_view(
    name="tips",
    source=FileSource.parquet_at("archive/tips.parquet"),
    description="Letters to the newsroom, whose senders want an answer.",
    contacts=NEWSROOM,
)
class Tips:
    session_id = UUID().as_entity()
    sent_at = EventTimestamp()
    sender = Email()


@model_contract(
    name="bounce",
    description="Will the visitor leave after the first page?",
    input_features=[
        session.is_search,
        session.is_phone,
        session.ip_version,
        of_reader.should_open_app,
        of_reader.open_rate,
    ],
    output_source=archive.parquet_at("bounce.parquet"),
    contacts=AUDIENCE,
)
class Bounce:
    session_id = UUID().as_entity()
    version = String().as_model_version()
    leaves = session.pages.as_regression_label()


tip = Tips()


@model_contract(
    name="sender",
    description="Who of the readers writes to us? The newsroom may know.",
    input_features=[session.is_phone, session.is_search],
    output_source=archive.parquet_at("sender.parquet"),
    contacts=NEWSROOM,
)
class Sender:
    session_id = UUID().as_entity()
    version = String().as_model_version()
    sender = tip.sender.as_classification_label().send_ground_truth_event(
        when=tip.sender.is_not_null(), sink_to=RedisConfig("NEWS_REDIS").stream("newsroom")
    )
