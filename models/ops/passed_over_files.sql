-- What the export held beside the files that were read, as the last load found it. The sample holds nothing else.

select
    path,
    table_name,
    reason,
    what_to_do
from {{ passed_over_files() }}
