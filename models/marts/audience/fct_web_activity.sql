{{ config(
    materialized=materialized_of_what_grows(),
    contract={"enforced": has_fixed_columns()},
    incremental_strategy="take_anew",
    unique_key="interaction_key"
) }}
{%- set held = "interaction_types.activity_event in ('visited', 'clicked')" %}

with interactions as (
    {{ union_families([ref("int_web__interactions"), ref("int_form__interactions")], interaction_columns({
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
        "load_number": "bigint",
    }), is_taken_anew()) }}
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
    where {{ held }}
),

final as (
    select
        {{ interaction_key("activity") }} as interaction_key,
        activity.interaction_type,
        activity.activity_type,
        activity.organization_id,
        activity.business_unit_id,
        activity.journey_engine,
        {{ profile_key("activity") }} as profile_key,
        activity.profile_type,
        activity.profile_id,
        activity.journey_id,
        activity.journey_run_id,
        activity.journey_step_id,
        activity.message_id,
        activity.website_id,
        activity.visitor_id,
        activity.session_id,
        activity.form_id,
        {{ url_without_query("activity.seen_url") }} as page,
        activity.seen_url as page_url,
        activity.link,
        coalesce(activity.link_friendly_name, activity.link_name) as link_name,
        activity.referrer_uri,
        activity.search_engine_name,
        -- A redirect has no page: there the link carries the campaign.
        {{ url_query_value("coalesce(activity.seen_url, activity.link)", "utm_source") }} as utm_source,
        {{ url_query_value("coalesce(activity.seen_url, activity.link)", "utm_medium") }} as utm_medium,
        {{ url_query_value("coalesce(activity.seen_url, activity.link)", "utm_campaign") }} as utm_campaign,
        {{ url_query_value("coalesce(activity.seen_url, activity.link)", "utm_term") }} as utm_term,
        {{ url_query_value("coalesce(activity.seen_url, activity.link)", "utm_content") }} as utm_content,
        case {{ lower_case("activity.visitor_anonymous_status") }}
            when 'anonymous' then true
            when 'known' then false
        end as is_anonymous,
        case {{ lower_case("activity.visitor_returning_status") }}
            when 'returning' then true
            when 'new' then false
        end as is_returning,
        {{ number_in("activity.visit_duration") }} as visit_duration,
        activity.browser_id,
        activity.operating_system_id,
        activity.country_iso_code,
        activity.city,
        activity.occurred_at,
        activity.load_number
    {{- added_columns("activity", held) }}
    from activity
    {{- join_survivors("activity") }}
)

select * from final
