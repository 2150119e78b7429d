"""Lists and embeddings, and lists that windows make."""

from alignc import *


@feature_view(name="articles", source=FileSource.parquet_at("articles.parquet"))
class Articles:
    """What is computed from lists."""

    reader = String().as_entity()
    read_at = EventTimestamp()
    tags = List(String()).min_length(1).max_length(10).description("The subjects of an article.")
    scores = List(Float64())
    pages = List(Int32())
    days = List(Date())
    title_vector = Embedding(3)
    reader_vector = Embedding(embedding_size=3)
    path = String()

    tag_count = tags.length()
    is_sport = tags.contains("sport")
    is_about_reader = tags.contains(reader)
    is_news = tags.contains_any(["news", "politics"])
    first_tag = tags.at_index(0)
    last_score = scores.at_index(-1)
    starts_at_front = pages.contains(1)
    parts = path.split("/")
    section = path.split("/").at_index(1)
    is_of_its_section = tags.contains_any(parts)
    known_tags = tags.fill_na(["none"])
    known_pages = pages.fill_na([])
    closeness = title_vector.cosine_similarity(reader_vector)
    product = title_vector.dot_product(reader_vector)
    distance = title_vector.euclidean_distance(reader_vector)
    spread = scores.dot_product(scores)

    last_sections = section.aggregate().over(days=7).last_k(5)
    last_scores = last_score.aggregate(where=is_sport).last_k(3).description("Of sports only.")
    had_news = last_sections.contains("news")


articles = Articles()


@model_contract(name="click", input_features=[articles])
class Click:
    pass
