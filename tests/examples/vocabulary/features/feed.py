"""Items that a model puts in an order, judged by what people open."""

from alignc import *


@feature_view(name="readers", source=FileSource.parquet_at("readers.parquet"))
class Readers:
    """Who reads."""

    reader_id = Int64().as_entity()
    changed_at = EventTimestamp()
    country = String()
    age = Int64()
    saved = List(String()).description("The articles that a reader has saved.")

    saved_count = saved.count_distinct()


@feature_view(name="openings", source=FileSource.parquet_at("openings.parquet"))
class Openings:
    """Articles that somebody has opened."""

    reader_id = Int64().as_entity()
    article = String().as_entity()
    opened_at = EventTimestamp()


@model_contract(
    name="feed",
    input_features=[Readers().saved_count],
    output_source=FileSource.parquet_at("feed.parquet"),
    subgroups=[Readers().country],
)
class Feed:
    """The articles that a reader is shown."""

    reader_id = Int64().as_entity()
    article = String().as_entity()
    shown_at = EventTimestamp()
    version = String().as_model_version()
    score = Float().is_recommendation_score(Openings(), item_id=article, top_k=5)
    place = Int32().is_recommendation_rank(Readers().saved, item_id=article, top_k=3)


@model_contract(
    name="audience",
    input_features=[Readers().age, Readers().saved_count, Readers().country],
    output_source=FileSource.parquet_at("audience.parquet"),
)
class Audience:
    """Kinds of readers."""

    reader_id = Int64().as_entity()
    made_at = EventTimestamp()
    version = String().as_model_version()
    kind = Int64().is_cluster()
