{{ config(meta={"restate_subject": "message", "restate_from": message_families() + ["int_audience__interactions"]}) }}

with {{ test_usage_types() }},

events as (
    {{ restated_message_events() }}
),

messages as (
    select
        {{ message_grain() | join(", ") }},
        {{ surrogate_key(message_grain()) }} as engagement_key,
        min(journey_engine) as journey_engine,
        min(business_unit_id) as business_unit_id,
        min(message_variation_name) as message_variation_name,
        coalesce(
            min(recipient_domain) filter (where message_event = 'sent'),
            min(recipient_domain) filter (where message_event = 'delivered'),
            min(recipient_domain) filter (where message_event != 'copied')
        ) as recipient_domain,
        {{ first_by(
            "contact_point_key",
            ["case message_event when 'sent' then 1 when 'delivered' then 2 else 3 end", "occurred_at", "contact_point_key"],
            "contact_point_key is not null and message_event != 'copied'"
        ) }} as contact_point_key,
        coalesce(bool_or(usage_type in (select test_usage_types.usage_type from test_usage_types)), false)
        or (count(*) filter (where message_event = 'sent') > 0 and {{ addresses_nobody() }}) as is_test_send,
        min(occurred_at) filter (where message_event = 'sent') as sent_at,
        max(occurred_at) filter (where message_event = 'sent') as last_sent_at,
        min(occurred_at) filter (where deliveries > 0) as first_delivered_at,
        min(occurred_at) filter (where message_event = 'opened') as first_opened_at,
        max(occurred_at) filter (where message_event = 'opened') as last_opened_at,
        min(occurred_at) filter (where message_event = 'clicked') as first_clicked_at,
        max(occurred_at) filter (where message_event = 'clicked') as last_clicked_at,
        min(occurred_at) filter (where is_bounce) as bounced_at,
        min(occurred_at) filter (where message_event = 'blocked') as blocked_at,
        min(occurred_at) filter (where message_event = 'unsubscribed') as unsubscribed_at,
        min(occurred_at) filter (where message_event = 'spam_reported') as spam_reported_at,
        count(*) filter (where message_event = 'opened') as opens,
        count(*) filter (where message_event = 'clicked') as clicks,
        count(*) filter (where message_event = 'bot_clicked') as bot_clicks,
        count(*) filter (where message_event = 'replied') as replies,
        count(*) filter (where message_event = 'forwarded') as forwards,
        count(*) filter (where message_event = 'sent') > 0 as was_sent,
        coalesce(sum(deliveries), 0) > 0 as was_delivered,
        count(*) filter (where is_bounce) > 0 as was_bounced,
        count(*) filter (where message_event = 'blocked') > 0 as was_blocked,
        count(*) filter (where message_event = 'unsubscribed') > 0 as was_unsubscribed,
        count(*) filter (where message_event = 'spam_reported') > 0 as was_spam_reported,
        -- Of several bounces the gravest names the message's.
        case min(case bounce_type when 'hard' then 1 when 'soft' then 2 when 'block' then 3 end)
            when 1 then 'hard'
            when 2 then 'soft'
            when 3 then 'block'
        end as bounce_type
    from events
    group by {{ message_grain() | join(", ") }}
),

blocks as (
    select
        engagement_key,
        block_category,
        is_consent_block
    from {{ ref("fct_message_blocks") }}
    where engagement_key is not null
),

final as (
    select
        messages.engagement_key,
        messages.organization_id,
        messages.business_unit_id,
        messages.channel,
        messages.journey_engine,
        {{ profile_key("messages") }} as profile_key,
        messages.profile_type,
        messages.profile_id,
        messages.journey_id,
        messages.journey_run_id,
        messages.journey_step_id,
        messages.message_id,
        messages.attempt,
        messages.message_variation_name,
        messages.recipient_domain,
        messages.contact_point_key,
        messages.is_test_send,
        least(messages.sent_at, messages.blocked_at) as attempted_at,
        messages.sent_at,
        messages.last_sent_at,
        case when messages.was_delivered then messages.first_delivered_at end as delivered_at,
        messages.first_opened_at,
        messages.last_opened_at,
        messages.first_clicked_at,
        messages.last_clicked_at,
        messages.bounced_at,
        messages.bounce_type,
        messages.blocked_at,
        blocks.block_category,
        messages.unsubscribed_at,
        messages.spam_reported_at,
        messages.opens,
        messages.clicks,
        messages.bot_clicks,
        messages.replies,
        messages.forwards,
        messages.was_sent,
        messages.was_delivered,
        messages.opens > 0 as was_opened,
        messages.clicks > 0 as was_clicked,
        messages.bot_clicks > 0 as was_bot_clicked,
        messages.was_bounced,
        messages.was_blocked,
        coalesce(blocks.is_consent_block, false) as was_consent_blocked,
        messages.was_unsubscribed,
        messages.was_spam_reported,
        {{ seconds_between("messages.sent_at", "messages.first_opened_at") }} as seconds_to_open,
        {{ seconds_between("messages.sent_at", "messages.first_clicked_at") }} as seconds_to_click,
        cast({{ this_load() }} as bigint) as load_number
    from messages
        {{- join_survivors("messages") }}
    left join blocks
        on messages.engagement_key = blocks.engagement_key
    {%- if not var("include_test_sends") %}
        where not messages.is_test_send
    {%- endif %}
)

select * from final
