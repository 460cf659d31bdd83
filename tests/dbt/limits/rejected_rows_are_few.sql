-- Too much of the last load could not be read, so what the marts say would be wrong without anybody noticing.
{{ config(fail_calc="coalesce(max(rows_rejected), 0)", meta={"max_rejected_share": var("max_rejected_share")}) }}
with totals as (
    select
        coalesce(sum(rows_read), 0) as rows_read,
        coalesce(sum(rows_rejected), 0) as rows_rejected
    from {{ ref("load_log") }}
    where load_number = (select max(latest.load_number) from {{ ref("load_log") }} as latest)
)

select
    rows_read,
    rows_rejected
from totals
where rows_rejected > {{ var("max_rejected_share") }} * rows_read
