{{ config(
    materialized=materialized_of_what_grows(),
    contract={"enforced": has_fixed_columns()},
    incremental_strategy="restate",
    meta={"restate_subject": "message", "restate_from": message_families()}
) }}
{%- set held = "interaction_types.message_event in ('clicked', 'bot_clicked')" %}
{%- set columns = interaction_columns({
    "message_variation_name": "varchar",
    "recipient_domain": "varchar",
    "bot_detection_reason": "varchar",
    "user_agent": "varchar",
    "link_id": "varchar",
    "original_content_link": "varchar",
    "original_url": "varchar",
    "original_link": "varchar",
    "target_url": "varchar",
    "link": "varchar",
    "link_friendly_name": "varchar",
    "link_name": "varchar",
    "link_text": "varchar",
    "device_type_id": "varchar",
    "platform": "varchar",
    "browser_id": "varchar",
    "browser_version": "varchar",
    "operating_system_id": "varchar",
    "operating_system_version": "varchar",
    "country_iso_code": "varchar",
    "country": "varchar",
    "load_number": "bigint",
}) %}

with clicks as (
    {{ union_families(message_family_tables(), columns, is_dirty()) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

human_or_not as (
    select
        clicks.*,
        interaction_types.channel,
        interaction_types.message_event = 'bot_clicked' as is_bot,
        -- What the marketer wrote comes first. The address that was called holds personal parameters.
        coalesce(
            clicks.original_content_link,
            clicks.original_url,
            clicks.original_link,
            {{ url_without_query("clicks.target_url") }},
            {{ url_without_query("clicks.link") }}
        ) as link_url
    from clicks
    inner join interaction_types
        on clicks.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

identified as (
    {{ under_attempts("human_or_not", columns.keys() | list + ["channel", "is_bot", "link_url"]) }}
),

final as (
    select
        {{ interaction_key("identified") }} as interaction_key,
        {{ surrogate_key(qualified(message_grain(), "identified")) }} as engagement_key,
        -- Ids are unique within their message only.
        {{ surrogate_key([
            "identified.organization_id",
            "identified.channel",
            "identified.message_id",
            "coalesce(identified.link_id, identified.link_url)",
        ]) }} as link_key,
        identified.interaction_type,
        identified.organization_id,
        identified.business_unit_id,
        identified.channel,
        identified.journey_engine,
        {{ profile_key("identified") }} as profile_key,
        identified.profile_type,
        identified.profile_id,
        identified.journey_id,
        identified.journey_run_id,
        identified.journey_step_id,
        identified.message_id,
        identified.message_variation_name,
        identified.recipient_domain,
        identified.is_bot,
        identified.bot_detection_reason,
        identified.user_agent,
        identified.link_id,
        identified.link_url,
        coalesce(identified.link_friendly_name, identified.link_name) as link_name,
        identified.link_text,
        identified.device_type_id,
        identified.platform,
        identified.browser_id,
        identified.browser_version,
        identified.operating_system_id,
        identified.operating_system_version,
        coalesce(identified.country_iso_code, identified.country) as country,
        identified.occurred_at,
        identified.load_number
    {{- added_columns("identified", held) }}
    from identified
    {{- join_survivors("identified") }}
)

select * from final
{%- if not var("include_test_sends") %}
    -- Every click belongs to a message; those of test sends have none there.
    where engagement_key in (select messages.engagement_key from {{ ref("fct_channel_engagement") }} as messages)
{%- endif %}
