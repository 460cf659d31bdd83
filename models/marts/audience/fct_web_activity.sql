{{ config(materialized="view") }}

with interactions as (
    {{ union_families([ref("int_web__interactions"), ref("int_form__interactions")], {
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
        "website_id": "varchar",
        "visitor_id": "varchar",
        "session_id": "varchar",
        "form_id": "varchar",
        "page_address": "varchar",
        "page_url": "varchar",
        "link": "varchar",
        "link_name": "varchar",
        "link_friendly_name": "varchar",
        "referrer_uri": "varchar",
        "search_engine_name": "varchar",
        "visitor_anonymous_status": "varchar",
        "visitor_returning_status": "varchar",
        "visit_duration": "varchar",
        "browser_id": "varchar",
        "operating_system_id": "varchar",
        "country_iso_code": "varchar",
        "city": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

activity as (
    select
        interactions.*,
        case
            when interaction_types.interaction_family = 'form' then 'form_visit'
            when interaction_types.activity_event = 'clicked' then 'click'
            else 'visit'
        end as activity_type,
        coalesce(interactions.page_address, interactions.page_url) as seen_url
    from interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event in ('visited', 'clicked')
),

final as (
    select
        {{ interaction_key("activity") }} as interaction_key,
        interaction_type,
        activity_type,
        organization_id,
        business_unit_id,
        journey_engine,
        {{ profile_key("activity") }} as profile_key,
        profile_type,
        profile_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        website_id,
        visitor_id,
        session_id,
        form_id,
        {{ url_without_query("seen_url") }} as page,
        seen_url as page_url,
        link,
        coalesce(link_friendly_name, link_name) as link_name,
        referrer_uri,
        search_engine_name,
        -- A redirect has no page: there the link carries the campaign.
        {{ url_query_value("coalesce(seen_url, link)", "utm_source") }} as utm_source,
        {{ url_query_value("coalesce(seen_url, link)", "utm_medium") }} as utm_medium,
        {{ url_query_value("coalesce(seen_url, link)", "utm_campaign") }} as utm_campaign,
        {{ url_query_value("coalesce(seen_url, link)", "utm_term") }} as utm_term,
        {{ url_query_value("coalesce(seen_url, link)", "utm_content") }} as utm_content,
        case lower(visitor_anonymous_status) when 'anonymous' then true when 'known' then false end as is_anonymous,
        case lower(visitor_returning_status) when 'returning' then true when 'new' then false end as is_returning,
        {{ number_in("visit_duration") }} as visit_duration,
        browser_id,
        operating_system_id,
        country_iso_code,
        city,
        occurred_at
    from activity
)

select * from final
