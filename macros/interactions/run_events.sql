{#- The run events (of interaction_types) after which nothing more is to come. Returns: SQL, a list in brackets. -#}
{% macro run_end_events() -%}
    ('completed', 'cancelled_by_failure', 'exited_by_rule', 'suppressed', 'stopped', 'exited')
{%- endmacro %}

{#- The run events that may be written before there is a run to name. Returns: SQL, a list in brackets. -#}
{% macro events_before_the_run() -%}
    ('inflow', 'dropped_before_entry', 'unresolved', 'failed')
{%- endmacro %}

{#- The columns that tell apart runs of one person, and attempts to enter that became none. -#}
{% macro run_or_attempt() -%}
    {{ return(run_grain() + ["entry_attempt"]) }}
{%- endmacro %}

{#- The key of a run or attempt. Argument: table (an alias, or none). Returns: SQL, varchar, never null. -#}
{% macro journey_run_key(table=none) -%}
    {%- set run = qualified(run_grain(), table) -%}
    {%- set attempt = qualified(["entry_attempt"], table) -%}
    case
        when {{ attempt[0] }} is null then {{ surrogate_key(run) }}
        else {{ surrogate_key(run + attempt) }}
    end
{%- endmacro %}

{#-
    JourneyEvent*, each with the run that it belongs to. An event that is written before the run, and names none, belongs to
    the run of that person in that journey that starts next, unless another such inflow comes before. Without such a run
    each inflow is an attempt of its own, which the events after it belong to; events before any inflow are attempt 0. What
    has no time comes last.

    Few events lack a run, or, where an export lacks the column, all do: so they are sorted once beside the others, and no
    two are ever compared. The starts of runs are looked up only for people who have such events.

    Argument: condition (SQL, of the interactions to take; empty means all). Returns: a select of the grain of runs,
    entry_attempt (null where a run is known), run_event and what the facts about runs and steps take from journey events.
-#}
{% macro run_events(condition="") -%}
    {%- set person = ["organization_id", "journey_id", "profile_type", "profile_id"] -%}
    {%- set said = ["journey_engine", "business_unit_id", "journey_version", "segment_id", "reason", "reason_detail"] -%}
    {%- set told_apart = ["idempotency_id", "internal_marketing_interaction_id", "content_key"] -%}
    with events as {{ inline_cte() }} (
        select
            {{ qualified(run_grain() + said + told_apart, "interactions") | join(",\n            ") }},
            interactions.occurred_at,
            interaction_types.run_event,
            interactions.journey_run_id is null
            and interaction_types.run_event in {{ events_before_the_run() }} as is_before_the_run
        from {{ ref("int_journey__interactions") }} as interactions
        inner join {{ ref("interaction_types") }} as interaction_types
            on interactions.interaction_type = interaction_types.interaction_type
        {{ "where " ~ condition if condition }}
    ),

    before_the_run as (
        select * from events
        where is_before_the_run
    ),

    starts as (
        select
            {{ run_grain() | join(", ") }},
            min(occurred_at) as occurred_at,
            row_number() over (order by min(occurred_at) nulls last, journey_run_id nulls last) as start_number
        from events
        where
            not is_before_the_run
            and {{ quick_hash(person) }} in (select {{ quick_hash(person) }} from before_the_run)
        group by {{ run_grain() | join(", ") }}
    ),

    {{ _moments_in_order(person, said, told_apart) }}

    select
        {{ (run_grain() + said) | join(", ") }},
        occurred_at,
        run_event,
        cast(null as bigint) as entry_attempt
    from events
    where not is_before_the_run
    union all
    select
        {%- for column in run_grain() %}
        {{ "starts" if column == "journey_run_id" else "matched" }}.{{ column }},
        {%- endfor %}
        {{ qualified(said, "matched") | join(", ") }},
        matched.occurred_at,
        matched.run_event,
        case
            when starts.start_number is null then coalesce(matched.inflow_number, matched.inflows_so_far)
        end as entry_attempt
    from matched
    left join starts
        on matched.next_start_number = starts.start_number
    where matched.start_number is null
{%- endmacro %}

{#-
    Events before the run and the starts of runs in the order of time, as the CTE matched and those before it. Arguments:
    person, said, told_apart (lists of columns, as in run_events). Returns: SQL.
-#}
{% macro _moments_in_order(person, said, told_apart) -%}
    {%- set by_person = "partition by " ~ person | join(", ") -%}
    {%- set since_an_inflow = by_person ~ ", inflows_so_far" -%}
    in_order as (
        select
            *,
            count(case when run_event = 'inflow' then 1 end) over (
                {{ by_person }} order by occurred_at nulls last range between unbounded preceding and current row
            ) as inflows_so_far,
            case
                when run_event = 'inflow'
                    then row_number() over (
                        {{ by_person }}, run_event order by occurred_at nulls last, {{ told_apart | join(" nulls last, ") }} nulls last
                    )
            end as inflow_number
        from (
            select
                {{ (person + said + told_apart) | join(", ") }},
                occurred_at,
                run_event,
                cast(null as bigint) as start_number
            from before_the_run
            union all
            select
                {{ person | join(", ") }},
                {%- for column in said + told_apart %}
                cast(null as string) as {{ column }},
                {%- endfor %}
                occurred_at,
                cast(null as string) as run_event,
                start_number
            from starts
        ) as moments
    ),

    -- The run that starts next, or, for what comes after that, the one that the inflow before it belongs to.
    matched as (
        select
            *,
            coalesce(
                min(start_number) over (
                    {{ since_an_inflow }} order by occurred_at nulls last
                    range between current row and unbounded following
                ),
                case when inflows_so_far > 0 then min(start_number) over ({{ since_an_inflow }}) end
            ) as next_start_number
        from in_order
    )
{%- endmacro %}
