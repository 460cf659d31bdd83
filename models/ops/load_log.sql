-- Comes after whatever writes its files down as loaded.
{% for table in family_tables() + record_tables() -%}
-- depends_on: {{ table }}
{% endfor -%}
-- Every file of every load, with what it gave: sizes and times from the listing at the start of the run that read it,
-- rows from the profile. A Delta table is listed as the one folder it is; which of its files count, its own log says.

with files as (
    select
        table_name,
        source_file,
        file_format,
        file_bytes,
        changed_at,
        schema_generation,
        is_repaired,
        load_number,
        is_gone
    from {{ loaded_files() }} as loaded
),

profiled as (
    select
        files.source_file,
        files.load_number,
        cast(sum(profiles.raw_rows) as bigint) as raw_rows,
        cast(sum(profiles.rows_with_rejected_values) as bigint) as rows_with_rejected_values
    from files
    inner join {{ ref("int_source_files") }} as profiles
        on
            files.source_file = profiles.source_file
            and files.load_number = profiles.load_number
    where files.file_format != 'delta'
    group by files.source_file, files.load_number
    union all
    select
        files.source_file,
        files.load_number,
        cast(sum(profiles.raw_rows) as bigint) as raw_rows,
        cast(sum(profiles.rows_with_rejected_values) as bigint) as rows_with_rejected_values
    from files
    inner join {{ ref("int_source_files") }} as profiles
        on
            {{ is_below("profiles.source_file", "files.source_file") }}
            and files.load_number = profiles.load_number
    where files.file_format = 'delta'
    group by files.source_file, files.load_number
),

not_loaded as (
    select
        source_file,
        load_number,
        count(*) as rows_not_loaded
    from {{ ref("rejected_rows") }}
    where column_name is null
    group by source_file, load_number
)

select
    files.source_file,
    files.load_number,
    files.table_name,
    files.file_format,
    files.schema_generation,
    files.file_bytes,
    files.changed_at,
    coalesce(profiled.raw_rows, 0) + coalesce(not_loaded.rows_not_loaded, 0) as rows_read,
    coalesce(not_loaded.rows_not_loaded, 0) + coalesce(profiled.rows_with_rejected_values, 0) as rows_rejected,
    coalesce(not_loaded.rows_not_loaded, 0) as rows_not_loaded,
    files.is_repaired,
    files.is_gone
from files
left join profiled
    on
        files.source_file = profiled.source_file
        and files.load_number = profiled.load_number
left join not_loaded
    on
        files.source_file = not_loaded.source_file
        and files.load_number = not_loaded.load_number
