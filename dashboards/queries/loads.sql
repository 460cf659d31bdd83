-- files means source_file
-- tables means table_name
-- repaired_files means is_repaired
select
    load_number,
    count(distinct source_file) as files,
    count(distinct table_name) as tables,
    sum(file_bytes)::bigint as file_bytes,
    sum(rows_read)::bigint as rows_read,
    sum(rows_rejected)::bigint as rows_rejected,
    count(distinct source_file) filter (where is_repaired) as repaired_files,
    max(changed_at) as changed_at
from ops.load_log
group by all
order by load_number desc
limit 100
