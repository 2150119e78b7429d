with

-- Times without a zone are UTC.
articles_raw as (
    select
        cast(reader as text) as reader,
        cast(path as text) as path,
        make_timestamptz(epoch_us(read_at)) as read_at,
        -- The subjects of an article.
        try_cast(tags as text[]) as tags,
        try_cast(scores as double[]) as scores,
        try_cast(pages as int[]) as pages,
        try_cast(days as date[]) as days,
        case
            when len(title_vector) = 3 and list_count(title_vector) = 3
                then cast(title_vector as real[])
        end as title_vector,
        case
            when len(reader_vector) = 3 and list_count(reader_vector) = 3
                then cast(reader_vector as real[])
        end as reader_vector
    from {{ ref('articles') }}
),

articles_9_shared as (
    select
        reader,
        read_at,
        tags,
        scores,
        pages,
        days,
        title_vector,
        reader_vector,
        path,
        string_split(path, '/') as __shared_1
    from articles_raw
),

articles_9 as (
    select
        reader,
        read_at,
        tags,
        scores,
        pages,
        days,
        title_vector,
        reader_vector,
        path,
        __shared_1 as parts,
        len(tags) as tag_count,
        list_contains(tags, 'sport') as is_sport,
        list_contains(tags, reader) as is_about_reader,
        list_has_any(tags, ['news', 'politics']) as is_news,
        tags[1] as first_tag,
        scores[-1] as last_score,
        list_contains(pages, 1) as starts_at_front,
        __shared_1[2] as section,
        coalesce(tags, ['none']) as known_tags,
        coalesce(pages, cast([] as int[])) as known_pages,
        case
            when len(title_vector) = len(reader_vector)
                then
                    coalesce(
                        list_sum(
                            list_transform(
                                list_zip(title_vector, reader_vector),
                                lambda pair: cast(pair[1] as double) * pair[2]
                            )
                        ),
                        0
                    )
                    / nullif(
                        sqrt(
                            coalesce(
                                list_sum(
                                    list_transform(
                                        list_zip(title_vector, title_vector),
                                        lambda pair: cast(pair[1] as double)
                                        * pair[2]
                                    )
                                ),
                                0
                            )
                        )
                        * sqrt(
                            coalesce(
                                list_sum(
                                    list_transform(
                                        list_zip(reader_vector, reader_vector),
                                        lambda pair: cast(pair[1] as double)
                                        * pair[2]
                                    )
                                ),
                                0
                            )
                        ),
                        0
                    )
        end as closeness,
        case
            when len(title_vector) = len(reader_vector)
                then coalesce(
                    list_sum(
                        list_transform(
                            list_zip(title_vector, reader_vector),
                            lambda pair: cast(pair[1] as double) * pair[2]
                        )
                    ),
                    0
                )
        end as product,
        case
            when len(title_vector) = len(reader_vector)
                then sqrt(
                    coalesce(
                        list_sum(
                            list_transform(
                                list_zip(title_vector, reader_vector),
                                lambda pair: (cast(pair[1] as double) - pair[2])
                                * (cast(pair[1] as double) - pair[2])
                            )
                        ),
                        0
                    )
                )
        end as distance,
        case
            when list_count(scores) = len(scores)
                then coalesce(
                    list_sum(
                        list_transform(
                            list_zip(scores, scores),
                            lambda pair: pair[1] * pair[2]
                        )
                    ),
                    0
                )
        end as spread
    from articles_9_shared
),

articles_2 as (
    select
        reader,
        read_at,
        tags,
        scores,
        pages,
        days,
        title_vector,
        reader_vector,
        path,
        tag_count,
        is_sport,
        is_about_reader,
        is_news,
        first_tag,
        last_score,
        starts_at_front,
        parts,
        section,
        known_tags,
        known_pages,
        closeness,
        product,
        distance,
        spread,
        list_has_any(tags, parts) as is_of_its_section
    from articles_9
),

-- Each entity and time at which something happened.
articles_moments as (
    select distinct
        reader,
        read_at
    from articles_2
    where
        reader is not null
        and read_at is not null
),

-- The events of each key in their order.
articles_7d_rows_events as (
    select
        reader,
        read_at,
        section as __value_1,
        row_number() over (
            partition by reader
            order by
                read_at asc nulls first,
                tags asc nulls first,
                scores asc nulls first,
                pages asc nulls first,
                days asc nulls first,
                title_vector asc nulls first,
                reader_vector asc nulls first,
                path asc nulls first
        ) as __rank
    from articles_2
    where
        reader is not null
        and read_at is not null
),

-- Events in (q - 7 d, q].
articles_7d_rows as (
    select
        articles_moments.reader,
        articles_moments.read_at,
        list_reverse(
            arg_max(
                articles_7d_rows_events.__value_1,
                articles_7d_rows_events.__rank,
                5
            )
        ) as last_sections
    from articles_moments
    left join articles_7d_rows_events
        on
            articles_moments.reader = articles_7d_rows_events.reader
            and articles_moments.read_at - interval '168' hours
            < articles_7d_rows_events.read_at
            and articles_moments.read_at >= articles_7d_rows_events.read_at
    group by articles_moments.reader, articles_moments.read_at
),

-- The events of each key in their order.
articles_lifetime_rows_events as (
    select
        reader,
        read_at,
        case when is_sport then last_score end as __value_1,
        row_number() over (
            partition by reader
            order by
                read_at asc nulls first,
                tags asc nulls first,
                scores asc nulls first,
                pages asc nulls first,
                days asc nulls first,
                title_vector asc nulls first,
                reader_vector asc nulls first,
                path asc nulls first
        ) as __rank
    from articles_2
    where
        reader is not null
        and read_at is not null
),

-- Events in (-inf, q].
articles_lifetime_rows as (
    select
        articles_moments.reader,
        articles_moments.read_at,
        -- Of sports only.
        list_reverse(
            arg_max(
                articles_lifetime_rows_events.__value_1,
                articles_lifetime_rows_events.__rank,
                3
            )
        ) as last_scores
    from articles_moments
    left join articles_lifetime_rows_events
        on
            articles_moments.reader = articles_lifetime_rows_events.reader
            and articles_moments.read_at
            >= articles_lifetime_rows_events.read_at
    group by articles_moments.reader, articles_moments.read_at
)

select
    articles_2.reader,
    articles_2.read_at,
    articles_2.tags,
    articles_2.scores,
    articles_2.pages,
    articles_2.days,
    articles_2.title_vector,
    articles_2.reader_vector,
    articles_2.path,
    articles_2.tag_count,
    articles_2.is_sport,
    articles_2.is_about_reader,
    articles_2.is_news,
    articles_2.first_tag,
    articles_2.last_score,
    articles_2.starts_at_front,
    articles_2.parts,
    articles_2.section,
    articles_2.is_of_its_section,
    articles_2.known_tags,
    articles_2.known_pages,
    articles_2.closeness,
    articles_2.product,
    articles_2.distance,
    articles_2.spread,
    articles_7d_rows.last_sections,
    articles_lifetime_rows.last_scores,
    list_contains(articles_7d_rows.last_sections, 'news') as had_news
from articles_2
left join articles_7d_rows
    on
        articles_2.reader = articles_7d_rows.reader
        and articles_2.read_at = articles_7d_rows.read_at
left join articles_lifetime_rows
    on
        articles_2.reader = articles_lifetime_rows.reader
        and articles_2.read_at = articles_lifetime_rows.read_at
