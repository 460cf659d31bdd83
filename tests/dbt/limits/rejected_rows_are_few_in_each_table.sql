-- One table that can't be read matters, however small it is beside the others; but many tables have so few rows that a
-- single bad one is above any share, so this only warns.
{{ config(severity="warn") }}
select
    table_name,
    sum(rows_read) as rows_read,
    sum(rows_rejected) as rows_rejected
from {{ ref("load_log") }}
where load_number = (select max(latest.load_number) from {{ ref("load_log") }} as latest)
group by table_name
having sum(rows_rejected) > {{ var("max_rejected_share") }} * sum(rows_read)
