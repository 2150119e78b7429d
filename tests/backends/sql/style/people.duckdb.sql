with

-- Times without a zone are UTC.
people_raw as (
    select
        cast(email as text) as email,
        cast(page as text) as page,
        cast(picture as text) as picture,
        cast(phone as text) as phone,
        cast(country as text) as country,
        cast(ip as text) as ip,
        cast(payload as text) as payload,
        try_cast(id as bigint) as id,
        make_timestamptz(epoch_us("at")) as "at",
        try_cast(lon as double) as lon,
        try_cast(lat as double) as lat,
        try_cast(photo as blob) as photo
    from {{ ref('people') }}
),

people_2 as (
    select
        id,
        "at",
        email,
        page,
        picture,
        phone,
        country,
        ip,
        lon,
        lat,
        payload,
        photo,
        cast(octet_length(photo) as bigint) as size,
        nullif(
            regexp_extract(email, '\A([^@\t\n\f\r ]+)@[^@\t\n\f\r ]+\z', 1), ''
        ) as local_part,
        lower(
            nullif(
                regexp_extract(email, '\A[^@\t\n\f\r ]+@([^@\t\n\f\r ]+)\z', 1),
                ''
            )
        ) as domain,
        lower(
            nullif(
                regexp_extract(page, '\A([A-Za-z][A-Za-z0-9+.-]*)://', 1), ''
            )
        ) as scheme,
        lower(
            nullif(
                regexp_extract(
                    page,
                    '\A[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*'
                    '@)?(\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]\t\n'
                    '\f\r ]+)(?::[0-9]*)?(?:[/?#]|\z)',
                    1
                ),
                ''
            )
        ) as host,
        try_cast(
            regexp_extract(
                nullif(
                    regexp_extract(
                        page,
                        '\A[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*'
                        '@)?(?:\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]\t'
                        '\n\f\r ]+):([0-9]+)(?:[/?#]|\z)',
                        1
                    ),
                    ''
                ),
                '^[+-]?[0-9]+$'
            ) as usmallint
        ) as port,
        case
            when
                regexp_matches(
                    page, '\A[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*(?:[^?#]*)'
                )
                then regexp_extract(
                    page, '\A[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)', 1
                )
        end as path,
        case
            when
                regexp_matches(
                    picture, '\A[A-Za-z][A-Za-z0-9+.-]*://[^?#]*\?(?:[^#]*)'
                )
                then regexp_extract(
                    picture, '\A[A-Za-z][A-Za-z0-9+.-]*://[^?#]*\?([^#]*)', 1
                )
        end as query,
        nullif(
            regexp_extract(page, '\A[a-z]+://[^/:]*\.([a-z]+)[/:]', 1), ''
        ) as top_level,
        case
            when
                regexp_matches(
                    ip,
                    '\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|'
                    '[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-'
                    '9]|1[0-9]{2}|[1-9]?[0-9])\z'
                )
                then 4
            when
                regexp_matches(
                    ip,
                    '\A(?:(?:(?:[0-9A-Fa-f]{1,4}:){6}|::(?:'
                    '[0-9A-Fa-f]{1,4}:){5}|(?:[0-9A-Fa-f]{1'
                    ',4})?::(?:[0-9A-Fa-f]{1,4}:){4}|(?:(?:'
                    '[0-9A-Fa-f]{1,4}:){0,1}[0-9A-Fa-f]{1,4'
                    '})?::(?:[0-9A-Fa-f]{1,4}:){3}|(?:(?:[0'
                    '-9A-Fa-f]{1,4}:){0,2}[0-9A-Fa-f]{1,4})'
                    '?::(?:[0-9A-Fa-f]{1,4}:){2}|(?:(?:[0-9'
                    'A-Fa-f]{1,4}:){0,3}[0-9A-Fa-f]{1,4})?:'
                    ':[0-9A-Fa-f]{1,4}:|(?:(?:[0-9A-Fa-f]{1'
                    ',4}:){0,4}[0-9A-Fa-f]{1,4})?::)(?:[0-9'
                    'A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}|(?:(?:25'
                    '[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9'
                    '])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{'
                    '2}|[1-9]?[0-9]))|(?:(?:[0-9A-Fa-f]{1,4'
                    '}:){0,5}[0-9A-Fa-f]{1,4})?::[0-9A-Fa-f'
                    ']{1,4}|(?:(?:[0-9A-Fa-f]{1,4}:){0,6}[0'
                    '-9A-Fa-f]{1,4})?::)\z'
                )
                then 6
        end as version,
        case
            when
                regexp_matches(
                    ip,
                    '\A(?:(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{'
                    '2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4]'
                    '[0-9]|1[0-9]{2}|[1-9]?[0-9])|(?:(?:[0-'
                    '9A-Fa-f]{1,4}:){6}|::(?:[0-9A-Fa-f]{1,'
                    '4}:){5}|(?:[0-9A-Fa-f]{1,4})?::(?:[0-9'
                    'A-Fa-f]{1,4}:){4}|(?:(?:[0-9A-Fa-f]{1,'
                    '4}:){0,1}[0-9A-Fa-f]{1,4})?::(?:[0-9A-'
                    'Fa-f]{1,4}:){3}|(?:(?:[0-9A-Fa-f]{1,4}'
                    ':){0,2}[0-9A-Fa-f]{1,4})?::(?:[0-9A-Fa'
                    '-f]{1,4}:){2}|(?:(?:[0-9A-Fa-f]{1,4}:)'
                    '{0,3}[0-9A-Fa-f]{1,4})?::[0-9A-Fa-f]{1'
                    ',4}:|(?:(?:[0-9A-Fa-f]{1,4}:){0,4}[0-9'
                    'A-Fa-f]{1,4})?::)(?:[0-9A-Fa-f]{1,4}:['
                    '0-9A-Fa-f]{1,4}|(?:(?:25[0-5]|2[0-4][0'
                    '-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25['
                    '0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]'
                    '))|(?:(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-'
                    'Fa-f]{1,4})?::[0-9A-Fa-f]{1,4}|(?:(?:['
                    '0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4}'
                    ')?::)\z'
                )
                then regexp_matches(
                    ip,
                    '\A(?:10\.|192\.168\.|172\.(?:1[6-9]|2['
                    '0-9]|3[01])\.|[Ff][CcDd][0-9A-Fa-f]{2}'
                    ':)'
                )
        end as is_private,
        case
            when lon between -180 and 180 and lat between -90 and 90
                then
                    12742017.6
                    * asin(
                        least(
                            1,
                            sqrt(
                                power(sin(radians(59.91 - lat) / 2), 2)
                                + cos(radians(lat))
                                * cos(radians(59.91))
                                * power(sin(radians(10.75 - lon) / 2), 2)
                            )
                        )
                    )
        end as from_oslo,
        sqrt(power(lon - 0, 2) + power(lat - 0, 2)) as from_origin,
        case
            when json_type(try_cast(payload as json), '$.a') = 'VARCHAR'
                then json_extract_string(try_cast(payload as json), '$.a')
        end as name,
        try_cast(
            case
                when
                    json_type(try_cast(payload as json), '$.a') in (
                        'BIGINT', 'UBIGINT'
                    )
                    then try_cast(
                        json_extract_string(
                            try_cast(payload as json), '$.a'
                        ) as bigint
                    )
            end as int
        ) as age,
        case
            when
                json_type(try_cast(payload as json), '$.a') in (
                    'BIGINT', 'UBIGINT', 'DOUBLE'
                )
                then try_cast(
                    json_extract_string(
                        try_cast(payload as json), '$.a'
                    ) as double
                )
        end as height,
        case
            when json_type(try_cast(payload as json), '$.a') = 'BOOLEAN'
                then cast(
                    json_extract_string(
                        try_cast(payload as json), '$.a'
                    ) as boolean
                )
        end as is_new,
        case
            when
                json_type(try_cast(payload as json), '$.a.b[1]."c d"')
                = 'VARCHAR'
                then json_extract_string(
                    try_cast(payload as json), '$.a.b[1]."c d"'
                )
        end as second
    from people_raw
),

-- Each entity and time at which something happened.
people_moments as (
    select distinct
        id,
        "at"
    from people_2
    where
        id is not null
        and "at" is not null
),

-- Events in (q - 1 d, q].
people_1d_rows as (
    select
        people_moments.id,
        people_moments."at",
        count(distinct people_2.domain) as domains
    from people_moments
    left join people_2
        on
            people_moments.id = people_2.id
            and people_moments."at" - interval '24' hours < people_2."at"
            and people_moments."at" >= people_2."at"
    group by people_moments.id, people_moments."at"
)

select
    people_2.id,
    people_2."at",
    people_2.email,
    people_2.page,
    people_2.picture,
    people_2.phone,
    people_2.country,
    people_2.ip,
    people_2.lon,
    people_2.lat,
    people_2.payload,
    people_2.photo,
    people_2.local_part,
    people_2.domain,
    people_2.scheme,
    people_2.host,
    people_2.port,
    people_2.path,
    people_2.query,
    people_2.top_level,
    people_2.version,
    people_2.is_private,
    people_2.from_oslo,
    people_2.from_origin,
    people_2.name,
    people_2.age,
    people_2.height,
    people_2.is_new,
    people_2.second,
    people_2.size,
    coalesce(people_1d_rows.domains, 0) as domains
from people_2
left join people_1d_rows
    on
        people_2.id = people_1d_rows.id
        and people_2."at" = people_1d_rows."at"
