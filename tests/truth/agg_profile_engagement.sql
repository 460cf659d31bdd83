-- The record of the truth has no last open or click, so only what is delivered can be told from it.
with attempts as (
    select *
    from messages
    where profile_key is not null and journey_id is not null
),

deliveries as (
    select profile_key, channel, max(delivered_at) as last_delivered_at
    from attempts
    group by all
)

select
    profile_key,
    organization_id,
    channel,
    max(as_of_date) as as_of_date,
    count(*) filter (where cast(delivered_at as date) > as_of_date - 30) as delivered_30_days,
    count(*) filter (where cast(delivered_at as date) > as_of_date - 90) as delivered_90_days,
    count(*) filter (where cast(delivered_at as date) > as_of_date - 365) as delivered_365_days,
    count(*) filter (where was_delivered) as delivered,
    count(*) filter (where was_delivered and was_opened) as opened,
    count(*) filter (where was_delivered and was_clicked) as clicked,
    any_value(last_delivered_at) as last_delivered_at,
    count(*) filter (
        where was_bounced and not was_delivered and bounced_at > coalesce(last_delivered_at, timestamp '0001-01-01')
    ) as bounces_in_a_row
from attempts
inner join deliveries using (profile_key, channel)
cross join (select max(as_of_date) as as_of_date from warehouse.marts.agg_profile_engagement) as today
group by all
