{{ config(materialized="view") }}

with clicks as (
    {{ union_families(message_family_tables(), {
        "interaction_type": "varchar",
        "idempotency_id": "varchar",
        "internal_marketing_interaction_id": "varchar",
        "content_key": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "journey_engine": "varchar",
        "profile_type": "varchar",
        "profile_id": "varchar",
        "journey_id": "varchar",
        "journey_run_id": "varchar",
        "journey_step_id": "varchar",
        "message_id": "varchar",
        "message_variation_name": "varchar",
        "email_address_used": "varchar",
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
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

identified as (
    select
        clicks.*,
        interaction_types.channel,
        interaction_types.message_event = 'bot_clicked' as is_bot,
        -- What the marketer wrote comes first. The address that was called holds personal parameters.
        coalesce(
            clicks.original_content_link,
            clicks.original_url,
            clicks.original_link,
            {{ url_without_parameters("clicks.target_url") }},
            {{ url_without_parameters("clicks.link") }}
        ) as link_url
    from clicks
    inner join interaction_types
        on clicks.interaction_type = interaction_types.interaction_type
    where interaction_types.message_event in ('clicked', 'bot_clicked')
),

final as (
    select
        {{ interaction_key("identified") }} as interaction_key,
        {{ surrogate_key(message_grain()) }} as engagement_key,
        -- Ids are unique within their message only.
        {{ surrogate_key(["organization_id", "channel", "message_id", "coalesce(link_id, link_url)"]) }} as link_key,
        interaction_type,
        organization_id,
        business_unit_id,
        channel,
        journey_engine,
        {{ profile_key("identified") }} as profile_key,
        profile_type,
        profile_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        message_variation_name,
        {{ email_domain_of("email_address_used") }} as recipient_domain,
        is_bot,
        bot_detection_reason,
        user_agent,
        link_id,
        link_url,
        coalesce(link_friendly_name, link_name) as link_name,
        link_text,
        device_type_id,
        platform,
        browser_id,
        browser_version,
        operating_system_id,
        operating_system_version,
        coalesce(country_iso_code, country) as country,
        occurred_at
    from identified
)

select * from final
