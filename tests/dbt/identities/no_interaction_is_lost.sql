-- Each entity has as many interactions in fct_interactions as there are different keys in its staging rows: nothing
-- lost, nothing double. Counted by another route than the family tables' own. (Rows without any id are left out:
-- their key is the whole row.) Two 64-bit hashes stand for a key: comparing the texts would cost three times as much.
with staged as (
    {%- for node in staging_nodes() %}
    {%- set key = ["organization_id", "coalesce(idempotency_id, internal_marketing_interaction_id)"] %}
    {%- if "delivered_count" in node.columns %}
    {%- do key.append("coalesce(delivered_count, 1)") %}
    {%- endif %}
    select
        interaction_type,
        {{ quick_hash(key) }} as key_hash,
        {{ quick_hash(key + ["'another seed'"]) }} as other_hash
    from {{ node.relation_name }}
    where coalesce(idempotency_id, internal_marketing_interaction_id) is not null
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
),

expected as (
    select
        interaction_type,
        count(*) as interactions
    from (select distinct * from staged) as distinct_keys
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
    expected.interaction_type,
    expected.interactions as expected_interactions,
    actual.interactions as actual_interactions
from expected
full outer join actual
    on expected.interaction_type = actual.interaction_type
where expected.interactions is distinct from actual.interactions
