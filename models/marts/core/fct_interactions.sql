{{ config(
    materialized=materialized_of_what_grows(),
    contract={"enforced": has_fixed_columns()},
    incremental_strategy="take_anew",
    unique_key="interaction_key"
) }}

with interactions as (
    {{ union_families(family_tables(), interaction_columns({
        "delivered_count": "bigint",
        "interaction_version": "bigint",
        "load_number": "bigint",
    }), is_taken_anew()) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

final as (
    select
        {{ interaction_key("interactions", has_delivered_count=true) }} as interaction_key,
        interactions.interaction_type,
        interaction_types.interaction_family,
        interaction_types.channel,
        interactions.journey_engine,
        interactions.organization_id,
        interactions.business_unit_id,
        {{ profile_key("interactions") }} as profile_key,
        interactions.profile_type,
        interactions.profile_id,
        interactions.journey_id,
        interactions.journey_run_id,
        interactions.journey_step_id,
        interactions.message_id,
        interactions.idempotency_id,
        interactions.internal_marketing_interaction_id,
        interactions.occurred_at,
        interactions.interaction_version,
        interactions.load_number
    {{- added_columns("interactions") }}
    from interactions
        {{- join_survivors("interactions") }}
    left join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
)

select
    *,
    {{ profile_bucket("profile_key") }} as profile_bucket
from final
