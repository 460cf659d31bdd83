-- Nobody can tell whether 05/07/2024 is in May or in July where a file proves that its dates begin with the day, so
-- such times are missing from everything: the export has to be written in ISO 8601.
{{ config(severity="warn") }}
select
    interaction_type,
    source_file,
    column_name,
    count(*) as rejected_values
from {{ ref("rejected_rows") }}
where
    reason like '{{ day_first_mark() }}%'
    and load_number = (select max(latest.load_number) from {{ ref("load_log") }} as latest)
group by interaction_type, source_file, column_name
