-- What the source held, for each of the 145 entities: which raw columns are there is known while compiling, how many
-- rows there are from the profile of the files.

with entities as (
    {%- set tables = loaded_tables() %}
    {%- for node in staging_nodes() %}
        {%- set raw = tables.get(node.config.meta.entity, {}) -%}
        {%- set known, missing, unknown = [], [], [] -%}
        {%- for column in all_columns(node).values() if column.name != "interaction_type" -%}
            {%- do known.append(raw_attribute(column)) -%}
            {%- if raw and known[-1] not in raw.columns -%}
                {%- do missing.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name, column in raw.get("columns", {}).items() if name not in known -%}
            {%- do unknown.append(column.name) -%}
        {%- endfor %}
    select
        {{ sql_text(node.config.meta.entity) }} as interaction_type,
        {{ "true" if raw else "false" }} as is_present,
        nullif({{ sql_text(raw.schema_generations or "") }}, '') as schema_generation,
        cast({{ raw.files or 0 }} as bigint) as files,
        nullif({{ sql_text(missing | join(", ")) }}, '') as missing_columns,
        nullif({{ sql_text(unknown | join(", ")) }}, '') as unknown_columns
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- else %}
    select
        cast(null as string) as interaction_type,
        false as is_present,
        cast(null as string) as schema_generation,
        cast(0 as bigint) as files,
        cast(null as string) as missing_columns,
        cast(null as string) as unknown_columns
    where false
    {%- endfor %}
),

profiled as (
    select
        interaction_type,
        cast(sum(raw_rows) as bigint) as raw_rows,
        cast(sum(rows_with_rejected_values) as bigint) as rows_with_rejected_values,
        cast(sum(skipped_rows) as bigint) as skipped_rows,
        min(first_event_at) as first_event_at,
        max(last_event_at) as last_event_at
    from {{ ref("int_source_files") }}
    group by interaction_type
),

interactions as (
    select
        interaction_type,
        count(*) as interactions,
        count(*) filter (where occurred_at > {{ latest_credible_time() }}) as future_interactions,
        max(occurred_at) filter (where occurred_at <= {{ latest_credible_time() }}) as last_event_at
    from {{ ref("fct_interactions") }}
    group by interaction_type
),

final as (
    select
        entities.interaction_type,
        entities.is_present,
        entities.schema_generation,
        entities.files,
        coalesce(profiled.raw_rows, 0) as raw_rows,
        coalesce(profiled.rows_with_rejected_values, 0) as rows_with_rejected_values,
        coalesce(profiled.skipped_rows, 0) as skipped_rows,
        coalesce(interactions.interactions, 0) as interactions,
        coalesce(interactions.future_interactions, 0) as future_interactions,
        profiled.first_event_at,
        case
            when profiled.last_event_at <= {{ latest_credible_time() }} then profiled.last_event_at
            else interactions.last_event_at
        end as last_event_at,
        entities.missing_columns,
        entities.unknown_columns
    from entities
    left join profiled
        on entities.interaction_type = profiled.interaction_type
    left join interactions
        on entities.interaction_type = interactions.interaction_type
)

select
    interaction_type,
    is_present,
    schema_generation,
    files,
    raw_rows,
    rows_with_rejected_values,
    skipped_rows,
    interactions,
    future_interactions,
    first_event_at,
    last_event_at,
    {{ seconds_between("last_event_at", run_started()) }} / 3600 as hours_since_last_event,
    case
        when last_event_at is not null
            then {{ seconds_between("last_event_at", run_started()) }} / 3600 > {{ var("freshness_limit_hours") }}
        when future_interactions > 0 then true
    end as is_stale,
    missing_columns,
    unknown_columns
from final
