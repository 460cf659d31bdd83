{#-
    The whole SQL of a family table: the union of the family's staging views, each interaction once, with person,
    run, step and engine resolved. The model's YAML says which columns it has.

    Each interaction once means:
    - One key is (entity, organization, IdempotencyId); where that is null InternalMarketingInteractionId takes its
      place; where both are null, the whole row is its own key. A remote bounce writes a second EmailDelivered row
      that takes the first back (1, then -1), so DeliveredCount belongs to that entity's key.
    - Of several rows the highest version stays, then the latest, then the smallest id, so that the answer never
      depends on the order in which files are read.
    - What was dropped is counted on the row that stayed: repeated_rows of the same version, superseded_rows of others.
    Only keys that occur more than once are put in order: a window over all rows would hold every event in memory.

    Argument: staging (list of relations, from ref()). Returns: a select with the YAML's columns.
-#}
{% macro family_interactions(staging) -%}
    {%- set resolved = resolved_columns() -%}
    {%- set unioned = _union_columns(staging) -%}
    {%- set key = ["interaction_type", "organization_id",
        "coalesce(idempotency_id, internal_marketing_interaction_id)"] -%}
    {%- if "delivered_count" in unioned -%}
        {%- do key.append("coalesce(delivered_count, 1)") -%}
    {%- endif -%}
    {%- set event_key = key | join(", ") ~ ", case when " ~ key[2] ~ " is null then row_content end" -%}
with unioned as {{ inline_cte() }} (
    {{ _union_staging(staging, unioned) }}
),

keyed as {{ inline_cte() }} (
    select
        *,
        {{ quick_hash(key) }} as key_hash
    from unioned
),

repeated as (
    select key_hash
    from keyed
    group by key_hash
    having count(*) > 1
),

contested as (
    select
        *,
        {{ surrogate_key(unioned.keys()) }} as row_content
    from keyed
    where key_hash in (select repeated.key_hash from repeated)
),

ranked as (
    select
        *,
        row_number() over (
            partition by {{ event_key }}
            order by
                interaction_version desc nulls last,
                occurred_at desc nulls last,
                internal_marketing_interaction_id asc nulls last,
                row_content asc
        ) as place,
        count(*) over (partition by {{ event_key }}, interaction_version) as rows_of_version,
        count(*) over (partition by {{ event_key }}) as rows_of_event
    from contested
),

deduplicated as {{ inline_cte() }} (
    -- A join, because DuckDB would keep every column of every row for a `not exists`.
    select
        {{ unioned.keys() | join(", ") }},
        cast(0 as bigint) as repeated_rows,
        cast(0 as bigint) as superseded_rows
    from keyed
    left join repeated
        on keyed.key_hash = repeated.key_hash
    where repeated.key_hash is null
    union all
    select
        {{ unioned.keys() | join(", ") }},
        rows_of_version - 1 as repeated_rows,
        rows_of_event - rows_of_version as superseded_rows
    from ranked
    where place = 1
)

select
    {%- for column in family_columns(staging).values() %}
    {% if column.name == "content_key" -%}
        case when {{ key[2] }} is null then {{ surrogate_key(unioned.keys()) }} end as content_key
    {%- elif column.name in resolved -%}
        {{ resolved[column.name] }} as {{ column.name }}
    {%- else -%}
        {{ column.name }}
    {%- endif %}{{ "," if not loop.last }}
    {%- endfor %}
from deduplicated
{%- endmacro %}

{#- What a family table works out from several staged columns: a dict column -> SQL. -#}
{% macro resolved_columns() -%}
    {{ return({
        "journey_engine": "case when source_system = 1 then 'outbound' else 'real_time' end",
        "journey_run_id": "coalesce(journey_run_id, journey_iteration_id)",
        "journey_step_id": "coalesce(journey_action_id, activity_id)",
        "profile_id": "coalesce(profile_id, contact_id, lead_id)",
        "profile_type": "case when profile_id is not null or (contact_id is null and lead_id is null) then "
            ~ normalized_profile_type("profile_type")
            ~ " when contact_id is not null then 'contact' else 'lead' end",
    }) }}
{%- endmacro %}

{#- contact, lead or profile, from the product's Contact, Lead and CI Profile in any case; others in lower case. -#}
{% macro normalized_profile_type(expression) -%}
    case
        when replace(lower({{ expression }}), ' ', '') in ('ciprofile', 'profile') then 'profile'
        else lower(trim({{ expression }}))
    end
{%- endmacro %}

{#-
    The staged columns that a family table reads: those its YAML names, and those its resolved columns are made of.
    Returns: a dict column -> data_type.
-#}
{% macro _union_columns(staging) -%}
    {%- set wanted = {} -%}
    {%- set resolved_only = ["journey_engine", "journey_step_id", "content_key", "repeated_rows", "superseded_rows"] -%}
    {%- for column in family_columns(staging).values() if column.name not in resolved_only -%}
        {%- do wanted.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {#- Not kept, but part of a row's content. -#}
    {%- do wanted.update({"raw_interaction_type": "varchar"}) -%}
    {%- for name in ["journey_run_id", "journey_iteration_id", "journey_action_id", "activity_id", "profile_id",
        "profile_type", "contact_id", "lead_id"] -%}
        {%- do wanted.update({name: "varchar"}) -%}
    {%- endfor -%}
    {%- do wanted.update({"source_system": "bigint"}) -%}
    {{ return(wanted) }}
{%- endmacro %}

{% macro _union_staging(staging, columns) -%}
    {%- for relation in staging -%}
        {%- set staged = model_columns(relation) %}
    select
        {%- for name, data_type in columns.items() %}
        {{ name if name in staged else "cast(null as " ~ data_type ~ ") as " ~ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
