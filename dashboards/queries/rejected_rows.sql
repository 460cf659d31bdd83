-- files means source_file
select
    interaction_type,
    column_name,
    reason,
    count(distinct source_file) as files,
    sum(rejected_values)::bigint as rejected_values
from ops.rejected_rows
group by all
order by rejected_values desc, interaction_type, column_name
limit 500
