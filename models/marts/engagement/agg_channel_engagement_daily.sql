{{ config(changed_day={
    "fact": "fct_channel_engagement",
    "day": report_date("attempted_at"),
    "own_day": "attempt_date",
    "rows": "messages",
}) }}
{%- set grain = [
    "attempt_date", "channel", "journey_engine", "organization_id", "business_unit_id", "journey_id", "message_id",
] -%}

with messages as (
    select
        *,
        {{ report_date("attempted_at") }} as attempt_date,
        -- Unique opens and clicks count a person once per run, however many steps sent the message.
        case when was_opened or was_clicked then {{ person_in_run() }} end as person_in_run
    from {{ ref("fct_channel_engagement") }}
    {%- if adds_to_earlier_loads() %}
        where {{ is_of_changed_day() }}
    {%- endif %}
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as messages,
        count(*) filter (where was_sent or was_blocked) as inflow,
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(distinct person_in_run) filter (where was_opened) as unique_opens,
        cast(sum(opens) as bigint) as opens,
        count(distinct person_in_run) filter (where was_clicked) as unique_clicks,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(bot_clicks) as bigint) as bot_clicks,
        count(*) filter (where bounce_type = 'hard') as hard_bounces,
        count(*) filter (where bounce_type = 'soft') as soft_bounces,
        count(*) filter (where was_bounced) as bounces,
        count(*) filter (where was_blocked) as blocked,
        count(*) filter (where was_consent_blocked) as consent_blocked,
        count(*) filter (where was_sent and was_blocked) as sent_and_blocked,
        count(*) filter (where was_unsubscribed) as unsubscribes,
        count(*) filter (where was_spam_reported) as spam_reports,
        max(load_number) as load_number
    from messages
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(grain) }} as channel_engagement_daily_key,
        {{ entity_key("journey_id") }} as journey_key,
        {{ entity_key("message_id") }} as message_key,
        *,
        {{ rate("sent", "inflow") }} as send_rate,
        {{ rate("delivered", "sent") }} as delivery_rate,
        -- Only e-mails and push notifications report opens; for the others 0 would claim what nobody can know.
        case when channel in ('email', 'push') then {{ rate("unique_opens", "delivered") }} end as open_rate,
        {{ rate("unique_clicks", "delivered") }} as click_rate,
        case when channel in ('email', 'push') then {{ rate("unique_clicks", "unique_opens") }} end
            as click_to_open_rate,
        {{ rate("blocked", "inflow") }} as blocked_rate,
        {{ rate("consent_blocked", "inflow") }} as consent_blocked_rate,
        {{ rate("hard_bounces", "sent") }} as hard_bounce_rate,
        {{ rate("soft_bounces", "sent") }} as soft_bounce_rate,
        {{ rate("spam_reports", "delivered") }} as spam_rate,
        {{ rate("unsubscribes", "delivered") }} as unsubscribe_rate
    from counted
)

select * from final
