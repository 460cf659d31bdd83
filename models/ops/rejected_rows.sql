-- Three ways to be lost: a value that its column can't take (the row is loaded without it), a line of a CSV file that
-- is no row of its table, and a row of schema 1.0 whose status names no entity. Files without any aren't read again.
-- depends_on: {{ ref("int_source_files") }}
{{ depends_on_options() }}
with rejected as (
    {%- set selects = [] -%}
    {%- set files_of = files_with_rejected_values() -%}
    {%- for node in staging_nodes() + dataverse_nodes() if raw_name(node) in files_of -%}
        {%- set entity = raw_name(node) -%}
        {%- do selects.append(rejected_values(node, raw_table(entity), files_of[entity]) | trim) -%}
    {%- endfor -%}
    {%- if has_export() or files_are_written_down() -%}
        {%- set split_here = arriving_tables() if has_export() else raw_tables().keys() -%}
        {%- for table, split in split_tables().items() if table in split_here -%}
            {%- do selects.append(unplaced_rows(table, split.status, raw_table(table)) | trim) -%}
        {%- endfor -%}
        {%- do selects.append(rejected_lines() | trim) -%}
    {%- endif -%}
    {%- do selects.append(no_rejected_rows() | trim) %}
    {{ selects | join("\n    union all\n    ") }}
)

select
    interaction_type,
    source_file,
    cast({{ this_load() }} as bigint) as load_number,
    row_number,
    row_key,
    column_name,
    reason,
    raw_value,
    cast(1 as bigint) as rejected_values
from rejected
