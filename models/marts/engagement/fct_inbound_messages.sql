{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.activity_event = 'responded'" %}
{%- set columns = interaction_columns({
    "text": "varchar",
    "message": "varchar",
    "trigger_keyword": "varchar",
    "response_type": "varchar",
    "country": "varchar",
}) %}

with inbound as (
    {{ union_families([ref("int_custom__interactions"), ref("int_sms__interactions")], columns) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

-- What people wrote is read here and goes no further: it may say anything about them.
read_once as (
    select
        inbound.*,
        interaction_types.channel,
        interaction_types.message_event,
        coalesce(inbound.text, inbound.message) as words,
        {{ first_word("coalesce(inbound.text, inbound.message, inbound.trigger_keyword)") }} as first_word
    from inbound
    inner join interaction_types
        on inbound.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

received as (
    {{ under_attempts(
        "read_once", columns.keys() | list + ["channel", "message_event", "words", "first_word"]
    ) }}
),

keywords as (
    select * from {{ ref("sms_keywords") }}
),

final as (
    select
        {{ interaction_key("received") }} as interaction_key,
        -- Responses to outbound activities name no message.
        case
            when received.message_event is not null
                then {{ surrogate_key(qualified(message_grain(), "received")) }}
        end as engagement_key,
        received.interaction_type,
        received.organization_id,
        received.business_unit_id,
        received.channel,
        received.journey_engine,
        {{ profile_key("received") }} as profile_key,
        received.profile_type,
        received.profile_id,
        received.journey_id,
        received.journey_run_id,
        received.journey_step_id,
        received.message_id,
        received.response_type,
        {{ upper_case(trimmed("received.trigger_keyword")) }} as trigger_keyword,
        keywords.keyword,
        keywords.keyword_type,
        keywords.keyword is not null and coalesce({{ is_one_word("received.words") }}, false) as is_keyword_only,
        received.words is not null as has_text,
        received.country,
        received.occurred_at
    {{- added_columns("received", held) }}
    from received
        {{- join_survivors("received") }}
    left join keywords
        on received.first_word = keywords.keyword
)

select * from final
{%- if not var("include_test_sends") %}
    where
        engagement_key is null
        or engagement_key in (select messages.engagement_key from {{ ref("fct_channel_engagement") }} as messages)
{%- endif %}
