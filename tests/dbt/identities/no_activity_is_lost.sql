-- Facts that put several events into one row, and aggregates of two facts, hold each event exactly once.
with checks as (
    select
        'check-ins' as counted,
        (select sum(check_ins) from {{ ref("fct_event_registrations") }}) as found,
        (
            select count(*)
            from {{ ref("int_event__interactions") }} as interactions
            inner join {{ ref("interaction_types") }} as interaction_types
                on interactions.interaction_type = interaction_types.interaction_type
            where interaction_types.activity_event = 'checked_in'
        ) as expected
    union all
    select
        'deletions' as counted,
        (select sum(deletions) from {{ ref("fct_deletions") }}) as found,
        (select count(*) from {{ ref("int_deletion__interactions") }}) as expected
    union all
    select
        'form visits and submissions' as counted,
        (select sum(visits + submissions) from {{ ref("agg_forms_daily") }}) as found,
        (
            (select count(*) from {{ ref("fct_form_submissions") }})
            + (select count(*) filter (where activity_type = 'form_visit') from {{ ref("fct_web_activity") }})
        ) as expected
    union all
    select
        'web activity' as counted,
        (select sum(visits + clicks + form_visits) from {{ ref("agg_web_daily") }}) as found,
        (select count(*) from {{ ref("fct_web_activity") }}) as expected
)

select *
from checks
where coalesce(found, 0) != expected
