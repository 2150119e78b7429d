from alignc import *


@feature_view(name="users", source=FileSource.csv_at("users.csv"))
class Users:
    user = Int64().as_entity()
    age = Int32()
    rank = Int32().is_recommendation_rank(selected_items="clicks", item_id=user)


@feature_view(name="clicks", source=FileSource.parquet_at("clicks.parquet"))
class Clicks:
    user = Int64().as_entity()
    item = String().as_entity()
    at = EventTimestamp()
    is_bought = Bool()
    count = Int64()
    items = List(String())
    recent = count.aggregate().over(days=7).last_k(3)


@feature_view(name="histories", source=FileSource.parquet_at("histories.parquet"))
class Histories:
    user = Int64().as_entity()
    numbers = List(Int64())
    texts = List(String())


@feature_view(name="pages", source=FileSource.parquet_at("pages.parquet"))
class Pages:
    page = Int64().as_entity()
    item = String().as_entity()


@feature_view(name="numbered", source=FileSource.parquet_at("numbered.parquet"))
class Numbered:
    user = Int64().as_entity()
    item = Int64().as_entity()


@model_contract(name="feed", input_features=[Users().age])
class Feed:
    user = Int64().as_entity()
    item = String().as_entity()
    key = Int64().as_entity().is_recommendation_score(Clicks(), item)
    of_nothing = Float().is_recommendation_score("clicks", item)
    of_no_item = Float().is_recommendation_score(Clicks(), Clicks().item)
    too_many = Float().is_recommendation_score(Clicks(), item, top_k=101)
    half = Float().is_recommendation_score(Clicks(), item, top_k=2.5)
    of_users = Float().is_recommendation_score(Histories(), item)
    of_pages = Float().is_recommendation_score(Pages(), item)
    of_numbers = Float().is_recommendation_score(Numbered(), item)
    of_a_count = Float().is_recommendation_score(Clicks().count, item)
    of_items = Float().is_recommendation_score(Clicks().items, item)
    of_the_past = Float().is_recommendation_score(Clicks().recent, item)
    of_others = Float().is_recommendation_score(Histories().numbers, item)
    of_a_mistake = Float().is_recommendation_score(Clicks().unknown, item)
    fine = Float().is_recommendation_score(Histories().texts, item)


@model_contract(name="trends", input_features=[Users().age])
class Trends:
    user = Int64().as_entity()
    score = Float().is_recommendation_score(Clicks(), user)
