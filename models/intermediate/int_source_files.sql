-- The raw rows are read here once more, because a value that no cast can take is null everywhere after staging.
-- The settings that decide what is stored are written down before anything is. depends_on: {{ ref("int_load_settings") }}
-- Only for the graph: the sample's seeds come before.
{% for name in raw_seeds() -%}
-- depends_on: {{ ref(name) }}
{% endfor -%}
{{ depends_on_options() }}
with profiled as (
    {%- set profiles = [] -%}
    {%- set raw = raw_tables() -%}
    {%- for node in staging_nodes() + dataverse_nodes() if is_arriving(raw_name(node)) -%}
        {%- set profile = profile_entity(node, raw.get(raw_name(node))) | trim -%}
        {%- if profile -%}{%- do profiles.append(profile) -%}{%- endif -%}
    {%- endfor %}
    {{ profiles | join("\n    union all\n    ") if profiles else "select cast(null as string) as interaction_type, "
        ~ "cast(null as string) as source_file, false as is_in_scope, cast(null as timestamp) as occurred_at, "
        ~ "0 as rejected_values where false" }}
)

select
    interaction_type,
    source_file,
    cast({{ this_load() }} as bigint) as load_number,
    count(*) as raw_rows,
    count(*) filter (where not is_in_scope) as skipped_rows,
    min(occurred_at) as first_event_at,
    max(occurred_at) as last_event_at,
    cast(sum(rejected_values) as bigint) as rejected_values,
    count(*) filter (where rejected_values > 0) as rows_with_rejected_values
from {{ in_few_parts("profiled") }}
group by interaction_type, source_file
