select
    interaction_type,
    column_name,
    source_file,
    rejected_values
from {{ unnested_rejects(ref("int_source_files")) }} as rejects
where rejected_values > 0
