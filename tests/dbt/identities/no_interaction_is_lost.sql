-- Each entity has as many interactions in fct_interactions as there are different keys in its staging rows: nothing
-- lost, nothing double. Counted by another route than the family tables' own. (Rows without any id are left out:
-- their key is the whole row.)
with staged as (
    {%- for node in staging_nodes() %}
    select
        interaction_type,
        organization_id,
        coalesce(idempotency_id, internal_marketing_interaction_id) as event_id,
        {{ "coalesce(delivered_count, 1)" if "delivered_count" in node.columns else "1" }} as delivered_count
    from {{ node.relation_name }}
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
),

expected as (
    select
        interaction_type,
        count(*) as interactions
    from (
        select distinct *
        from staged
        where event_id is not null
    ) as keys
    group by interaction_type
),

actual as (
    select
        interaction_type,
        count(*) as interactions
    from {{ ref("fct_interactions") }}
    where coalesce(idempotency_id, internal_marketing_interaction_id) is not null
    group by interaction_type
)

select
    interaction_type,
    expected.interactions as expected_interactions,
    actual.interactions as actual_interactions
from expected
full outer join actual using (interaction_type)
where expected.interactions is distinct from actual.interactions
