"""Articles: texts, their sections and what a language model makes of them."""

from datetime import timedelta

from alignc import (
    UUID,
    Bool,
    Embedding,
    EventTimestamp,
    FileSource,
    Float,
    ImageUrl,
    Int64,
    Json,
    List,
    SqlDatabase,
    String,
    Struct,
    Timestamp,
    Url,
    data_contract,
)

NEWSROOM = ["Newsroom"]
SECTIONS = ["home", "world", "sport", "culture"]

archive = FileSource.directory("archive")
cms = SqlDatabase("CMS_URL", "cms")


class Layout:
    columns = Int64().is_optional().lower_bound(1)
    is_feature = Bool().is_optional()


@data_contract(
    name="articles",
    source=archive.parquet_at("articles.parquet"),
    contacts=NEWSROOM,
)
class Articles:
    """An article as it was published; corrections are new rows."""

    article_id = UUID().as_entity()
    published_at = EventTimestamp(ttl=timedelta(days=365))
    stored_at = Timestamp().as_created_at()

    headline = String().min_length(3).max_length(200)
    body = String().min_length(100)
    section = String().accepted_values(SECTIONS)
    words = Int64().lower_bound(1)
    page_url = Url()
    picture = ImageUrl().is_optional()
    tags = List(String()).min_length(1).max_length(12)
    vector = Embedding(64)
    extras = Json().is_optional()
    layout = Struct(Layout)

    section_number = section.ordinal_categories(SECTIONS)
    is_opinion = headline.starts_with("Opinion:")
    asks = headline.contains(r"\?$")
    shouting = headline.replace({"[^A-Z]+": ""}).length() / headline.length()
    reading_minutes = (words / 230).ceil()
    depth = body.length().log1p()
    site = page_url.host()
    is_own_site = site == "news.example"
    has_picture = picture.is_not_null()
    is_live = tags.contains("live")
    tag_count = tags.length()
    is_paid = extras.json_path_value_at("$.paywall", Bool()).fill_na(False)
    columns = layout.fields.columns
    is_feature = layout.field("is_feature", Bool())
    hour = published_at.hour()


@data_contract(
    name="front_page",
    source=cms.table("front_page"),
    contacts=NEWSROOM,
    description="Where an article stood on the front page, minute by minute.",
)
class FrontPage:
    article_id = UUID().as_entity()
    shown_at = EventTimestamp(ttl=timedelta(days=2))
    slot = Int64().lower_bound(1).upper_bound(40)

    in_top = slot <= 3
    best_2d = slot.aggregate().over(days=2).min()
    minutes_on_top = slot.aggregate(where=in_top).over(hours=6).count()


@data_contract(
    name="sections",
    source=archive.csv_at("sections.csv"),
    contacts=NEWSROOM,
    tags=["static"],
    description="Sections and the desks behind them.",
)
class Sections:
    section = String().as_entity()
    desk_size = Int64().lower_bound(1)
    is_local = Bool()
    weight = Float().lower_bound(0).upper_bound(1)


@data_contract(
    name="articles_of_desks",
    source=Articles.join(Sections, on_left="section", on_right="section").join_asof(
        FrontPage, on="article_id"
    ),
    contacts=NEWSROOM,
    description="Articles beside their desk, and the slot that they had.",
)
class ArticlesOfDesks:
    article_id = UUID().as_entity()
    published_at = EventTimestamp(ttl=timedelta(days=365))
    words = Int64()
    desk_size = Int64().is_optional()
    is_local = Bool().is_optional()
    weight = Float().is_optional()
    slot = Int64().is_optional()

    words_per_head = words / desk_size
    prominence = weight / slot
