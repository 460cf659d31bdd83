-- The channels that the vendor names where it says what its licence counts; calls are not among them.
with sends as (
    select
        organization_id,
        profile_key,
        {{ month_start(report_date("sent_at")) }} as month_start_date
    from {{ ref("fct_channel_engagement") }}
    where
        was_sent
        and not is_test_send
        and sent_at is not null
        and channel in ('email', 'sms', 'push', 'custom')
),

-- Each person once for each month: whatever follows reads these few rows.
person_months as (
    select
        organization_id,
        profile_key,
        month_start_date,
        count(*) as interactions
    from sends
    group by organization_id, profile_key, month_start_date
),

-- A month with an interaction holds its person for twelve months, or until the next such month, which takes over. So
-- nobody is held twice at a time, and people are counted by adding up who comes and who goes.
held as (
    select
        organization_id,
        profile_key,
        month_start_date as held_from,
        least(
            lead(month_start_date) over (partition by profile_key order by month_start_date),
            {{ months_later("month_start_date", 12) }}
        ) as held_until
    from person_months
    where profile_key is not null
),

changes as (
    select
        organization_id,
        held_from as month_start_date,
        count(*) as people
    from held
    group by organization_id, held_from
    union all
    select
        organization_id,
        held_until as month_start_date,
        -count(*) as people
    from held
    group by organization_id, held_until
),

months_of_data as (
    select
        organization_id,
        month_start_date,
        cast(sum(interactions) as bigint) as interactions,
        count(profile_key) as interacted_people
    from person_months
    group by organization_id, month_start_date
),

bounds as (
    select
        organization_id,
        min(month_start_date) as first_month,
        max(month_start_date) as last_month
    from months_of_data
    group by organization_id
),

-- Months without a send are there as well, as the twelve months before them count.
months as (
    select distinct
        bounds.organization_id,
        calendar.month_start_date
    from bounds
    inner join {{ ref("dim_dates") }} as calendar
        on calendar.month_start_date between bounds.first_month and bounds.last_month
),

changes_by_month as (
    select
        organization_id,
        month_start_date,
        sum(people) as people
    from changes
    group by organization_id, month_start_date
),

final as (
    select
        {{ surrogate_key(["months.organization_id", "months.month_start_date"]) }} as interacted_people_key,
        months.organization_id,
        months.month_start_date,
        coalesce(months_of_data.interactions, 0) as interactions,
        coalesce(months_of_data.interacted_people, 0) as distinct_people,
        cast(coalesce(sum(months_of_data.interactions) over (
            partition by months.organization_id order by months.month_start_date
            rows between 11 preceding and current row
        ), 0) as bigint) as interactions_12_months,
        cast(coalesce(sum(changes_by_month.people) over (
            partition by months.organization_id order by months.month_start_date
            rows between unbounded preceding and current row
        ), 0) as bigint) as distinct_people_12_months
    from months
    left join months_of_data
        on
            months.organization_id is not distinct from months_of_data.organization_id
            and months.month_start_date = months_of_data.month_start_date
    left join changes_by_month
        on
            months.organization_id is not distinct from changes_by_month.organization_id
            and months.month_start_date = changes_by_month.month_start_date
)

select * from final
