select
    generation,
    outcome,
    started_at,
    ended_at,
    files_new,
    rows_new,
    message
from ops.refresh_runs
order by started_at desc
limit 100
