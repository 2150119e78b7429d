with

-- Times without a zone are UTC.
vendor_traffic as (
    select
        cast(vendor_id as bigint) as vendor_id,
        cast(passenger_count as int) as passenger_count,
        case
            when pg_typeof(pickup_datetime) = cast('timestamptz' as regtype)
                then pickup_datetime
            else cast(pickup_datetime as timestamp) at time zone 'UTC'
        end as picked_up_at
    from {{ ref('departures') }}
),

-- Each entity and time at which something happened.
vendor_traffic_moments as (
    select distinct
        vendor_id,
        picked_up_at
    from vendor_traffic
    where
        vendor_id is not null
        and picked_up_at is not null
),

-- Events, and the ends of all windows of each question.
vendor_traffic_windows_timeline as (
    select
        vendor_id as __key_1,
        picked_up_at as __time,
        cast(null as text) as __end,
        passenger_count as __value_1,
        cast(null as bigint) as vendor_id,
        cast(null as timestamptz) as picked_up_at
    from vendor_traffic
    where
        vendor_id is not null
        and picked_up_at is not null

    union all

    select
        vendor_traffic_moments.vendor_id as __key_1,
        vendor_traffic_moments.picked_up_at - ends.__ago as __time,
        ends.__end,
        cast(null as int) as __value_1,
        vendor_traffic_moments.vendor_id,
        vendor_traffic_moments.picked_up_at
    from vendor_traffic_moments
    cross join (
        values
        ('q', interval '0 HOURS'),
        ('q - 1 h', interval '1 HOURS'),
        ('q - 20 min', interval '20 MINUTES')
    ) as ends (__end, __ago)
),

-- Running totals of each key; events of one time count together.
vendor_traffic_windows_totals as (
    select
        vendor_id,
        picked_up_at,
        __end,
        count(__value_1) over so_far as __count,
        sum(__value_1) over so_far as __sum,
        sum(cast(__value_1 as bigint) * __value_1) over so_far as __squares
    from vendor_traffic_windows_timeline
    window
        so_far as (
            partition by __key_1
            order by __time
            range unbounded preceding
        )
),

-- Of each window the total at its end, less the one before it.
vendor_traffic_windows_parts as (
    select
        vendor_id,
        picked_up_at,
        sum(
            case __end when 'q' then __count when 'q - 1 h' then -__count end
        ) as __count_in_1h,
        sum(
            case __end when 'q' then __sum when 'q - 1 h' then -__sum end
        ) as __sum_in_1h,
        sum(
            case __end
                when 'q' then __squares
                when 'q - 1 h' then -__squares
            end
        ) as __squares_in_1h,
        sum(
            case __end when 'q' then __count when 'q - 20 min' then -__count end
        ) as __count_in_20min,
        sum(
            case __end when 'q' then __sum when 'q - 20 min' then -__sum end
        ) as __sum_in_20min,
        sum(
            case __end
                when 'q' then __squares
                when 'q - 20 min' then -__squares
            end
        ) as __squares_in_20min
    from vendor_traffic_windows_totals
    where __end is not null
    group by vendor_id, picked_up_at
),

-- Events in (q - 1 h, q]. Events in (q - 20 min, q].
vendor_traffic_windows as (
    select
        vendor_id,
        picked_up_at,
        -- Trips in the last hour.
        cast(coalesce(__count_in_1h, 0) as bigint) as trips_1h,
        -- Trips in the last 20 minutes.
        cast(coalesce(__count_in_20min, 0) as bigint) as trips_20min,
        -- Mean passengers a trip, last hour.
        cast(__sum_in_1h as double precision)
        / nullif(__count_in_1h, 0) as passengers_mean_1h,
        -- Passengers in the last hour.
        case
            when __count_in_1h > 0 then cast(__sum_in_1h as bigint)
        end as passengers_sum_1h,
        case
            when __count_in_1h > 1
                then
                    cast(
                        __count_in_1h * __squares_in_1h
                        - __sum_in_1h * __sum_in_1h as double precision
                    )
                    / __count_in_1h
                    / (__count_in_1h - 1)
        end as passengers_variance_1h,
        cast(__sum_in_20min as double precision)
        / nullif(__count_in_20min, 0) as passengers_mean_20min,
        case
            when __count_in_20min > 0 then cast(__sum_in_20min as bigint)
        end as passengers_sum_20min,
        case
            when __count_in_20min > 1
                then
                    cast(
                        __count_in_20min * __squares_in_20min
                        - __sum_in_20min * __sum_in_20min as double precision
                    )
                    / __count_in_20min
                    / (__count_in_20min - 1)
        end as passengers_variance_20min
    from vendor_traffic_windows_parts
),

final as (
    select
        vendor_traffic.vendor_id,
        vendor_traffic.picked_up_at,
        vendor_traffic.passenger_count,
        vendor_traffic_windows.passengers_mean_1h,
        vendor_traffic_windows.passengers_sum_1h,
        vendor_traffic_windows.passengers_variance_1h,
        vendor_traffic_windows.passengers_mean_20min,
        vendor_traffic_windows.passengers_sum_20min,
        vendor_traffic_windows.passengers_variance_20min,
        -- Trips in the last hour.
        coalesce(vendor_traffic_windows.trips_1h, 0) as trips_1h,
        -- Trips in the last 20 minutes.
        coalesce(vendor_traffic_windows.trips_20min, 0) as trips_20min,
        -- How the mean of the last 20 minutes differs from that of the last
        -- hour.
        vendor_traffic_windows.passengers_mean_20min
        - vendor_traffic_windows.passengers_mean_1h as passengers_mean_change
    from vendor_traffic
    left join vendor_traffic_windows
        on
            vendor_traffic.vendor_id = vendor_traffic_windows.vendor_id
            and vendor_traffic.picked_up_at
            = vendor_traffic_windows.picked_up_at
)

select
    vendor_id,
    picked_up_at,
    passenger_count,
    passengers_mean_1h,
    passengers_sum_1h,
    passengers_variance_1h,
    trips_1h,
    passengers_mean_20min,
    passengers_sum_20min,
    passengers_variance_20min,
    trips_20min,
    passengers_mean_change
from final
