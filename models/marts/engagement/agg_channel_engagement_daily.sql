{{ config(meta={"changed_day": {
    "fact": "fct_channel_engagement",
    "day": report_date("attempted_at"),
    "own_day": "attempt_date",
    "rows": "messages",
}}) }}
{%- set grain = [
    "attempt_date", "channel", "journey_engine", "organization_id", "business_unit_id", "journey_id", "message_id",
] -%}

with messages as (
    select
        *,
        {{ report_date("attempted_at") }} as attempt_date
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
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        cast(sum(opens) as bigint) as opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(bot_clicks) as bigint) as bot_clicks,
        count(*) filter (where was_sent and was_delivered and (was_opened or was_clicked)) as engaged,
        count(*) filter (where was_sent and replies > 0) as responses,
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
        {{ surrogate_key(qualified(grain, "counted")) }} as channel_engagement_daily_key,
        {{ entity_key("journey_id", "counted") }} as journey_key,
        {{ entity_key("message_id", "counted") }} as message_key,
        counted.*,
        {{ rate("sent", "inflow") }} as send_rate,
        {{ channel_rate("delivery_rate", "delivered", "sent") }} as delivery_rate,
        {{ channel_rate("open_rate", "unique_opens", "delivered") }} as open_rate,
        {{ channel_rate("click_rate", "unique_clicks", "delivered") }} as click_rate,
        {{ channel_rate("click_to_open_rate", "unique_clicks", "unique_opens") }} as click_to_open_rate,
        {{ channel_rate("engagement_rate", "engaged", "sent") }} as engagement_rate,
        {{ channel_rate("response_rate", "responses", "sent") }} as response_rate,
        {{ rate("blocked", "inflow") }} as blocked_rate,
        {{ rate("consent_blocked", "inflow") }} as consent_blocked_rate,
        {{ channel_rate("bounce_rate", "bounces", "sent") }} as bounce_rate,
        {{ channel_rate("hard_bounce_rate", "hard_bounces", "sent") }} as hard_bounce_rate,
        {{ channel_rate("soft_bounce_rate", "soft_bounces", "sent") }} as soft_bounce_rate,
        {{ channel_rate("spam_rate", "spam_reports", "delivered") }} as spam_rate,
        {{ channel_rate("unsubscribe_rate", "unsubscribes", "delivered") }} as unsubscribe_rate
    from counted
    left join {{ ref("channel_rates") }} as channel_rates
        on counted.channel = channel_rates.channel
)

select * from final
