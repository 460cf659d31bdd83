-- A request that finds nobody may be misspelt, or about somebody whose events never came: a person has to look.
{{ config(severity="warn", fail_calc="coalesce(sum(unmatched_requests), 0)") }}
select
    profile_type,
    unmatched_requests
from {{ ref("erasure_requests") }}
where unmatched_requests > 0
