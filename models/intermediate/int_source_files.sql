{%- if var("raw_path", "") == "" -%}
-- Comes after what reads the sample's seeds only to follow them in the graph.
{% for table in family_tables() + record_tables() -%}
-- depends_on: {{ table }}
{% endfor %}
{%- endif -%}
-- The raw rows are read here once more, because a value that no cast can take is null everywhere after staging.
{{ depends_on_options() }}
with profiled as (
    {%- set profiles = [] -%}
    {%- set raw = raw_tables() -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}
        {%- set profile = profile_entity(node, raw.get(raw_name(node))) | trim -%}
        {%- if profile -%}{%- do profiles.append(profile) -%}{%- endif -%}
    {%- endfor %}
    {{ profiles | join("\n    union all\n    ") if profiles else "select cast(null as varchar) as interaction_type, "
        ~ "cast(null as varchar) as source_file, cast(null as bigint) as raw_rows, cast(null as bigint) as skipped_rows, "
        ~ "cast(null as timestamp) as first_event_at, cast(null as timestamp) as last_event_at, cast(null as bigint) as "
        ~ "rejected_values, cast(null as bigint) as rows_with_rejected_values where false" }}
)

select
    interaction_type,
    source_file,
    cast({{ this_load() }} as bigint) as load_number,
    raw_rows,
    skipped_rows,
    first_event_at,
    last_event_at,
    rejected_values,
    rows_with_rejected_values
from profiled
