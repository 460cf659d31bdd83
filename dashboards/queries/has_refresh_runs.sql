select count(*) > 0 as has_refresh_runs
from duckdb_tables()
where schema_name || '.' || table_name = 'ops.refresh_runs'
