{{ config(meta={"restate_subject": "message", "restate_from": message_families() + ["int_audience__interactions"]}) }}
{%- set same_message = ["organization_id", "channel", "profile_type", "profile_id", "message_id"] -%}
{%- set stated = stated_by_attempts() -%}
{%- set may_be_unsaid = stated + ["sending_id"] -%}
{%- set keys = same_message + stated -%}
{%- set all_keys = same_message + may_be_unsaid %}

with interactions as {{ inline_cte() }} (
    {{ union_families(
        message_event_tables(), event_columns({"sending_id": "varchar", "delivered_count": "bigint"}), is_dirty()
    ) }}
),

events as {{ inline_cte() }} (
    select
        interactions.*,
        {{ message_channel("interaction_types") }} as channel,
        interaction_types.message_event,
        {{ lacks_run_or_step("interactions") }} as lacks_run_or_step,
        {{ dirty_key("message") }} as message_hash
    from interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ is_message_event("interactions", "interaction_types") }}
),

lacking as {{ stored_cte() }} (
    select
        {{ qualified(all_keys, "events") | join(",\n        ") }},
        {{ interaction_key("events", has_delivered_count=true) }} as interaction_key,
        events.message_event,
        events.message_hash,
        events.content_key,
        coalesce(events.idempotency_id, events.internal_marketing_interaction_id) as own_id,
        events.occurred_at
    from events
    where events.lacks_run_or_step
),

-- Sends, and blocks that state run and step. A send that states neither is an attempt of its own.
attempting as (
    select
        {{ qualified(all_keys, "events") | join(",\n        ") }},
        cast(null as string) as interaction_key,
        cast(1 as bigint) as attempt,
        events.occurred_at
    from events
    where
        events.message_event in ('sent', 'blocked')
        and not events.lacks_run_or_step
        and events.message_hash in (select lacking.message_hash from lacking)
    union all
    select
        {{ all_keys | join(",\n        ") }},
        interaction_key,
        case
            when coalesce(journey_run_id, journey_step_id) is not null then 1
            else
                row_number() over (
                    partition by {{ keys | join(", ") }}
                    order by
                        occurred_at nulls last,
                        own_id nulls last,
                        content_key
                )
        end as attempt,
        occurred_at
    from lacking
    where message_event = 'sent'
),

of_sendings as (
    select
        {{ all_keys | join(",\n        ") }},
        attempt,
        min(min(occurred_at)) over the_attempt as attempted_at,
        max(sending_id) over the_attempt as any_sending_id
    from attempting
    group by {{ all_keys | join(", ") }}, attempt
    window the_attempt as (partition by {{ keys | join(", ") }}, attempt)
),

-- In the order in which events choose among them; once for each of its sendings, if it names any.
attempts as {{ stored_cte() }} (
    select
        *,
        {{ stated_columns(may_be_unsaid) }} as states,
        row_number() over (
            order by
                attempted_at nulls last,
                attempt asc,
                {{ may_be_unsaid | join(" asc nulls last, ") }} asc nulls last,
                {{ same_message | join(" asc nulls last, ") }} asc nulls last
        ) as place
    from of_sendings
    where sending_id is not null or any_sending_id is null
),

joining as {{ inline_cte() }} (
    select
        *,
        {{ stated_columns(may_be_unsaid) }} as states
    from lacking
    where message_event != 'sent'
),

attempt_kinds as (
    select distinct states from attempts
),

event_kinds as (
    select distinct states from joining
),

-- What both state has to agree, and what one of them leaves out may be anything. So an event meets all attempts that
-- state the same columns in one window, in which the columns that both state tell them apart.
kinds as (
    select
        attempt_kinds.states as attempt_states,
        event_kinds.states as event_states,
        attempt_kinds.states & event_kinds.states as both_state
    from attempt_kinds
    cross join event_kinds
),

meeting_kinds as (
    select distinct
        attempt_states,
        both_state
    from kinds
),

meeting as (
    select
        meeting_kinds.attempt_states,
        meeting_kinds.both_state,
        {{ qualified(all_keys, "attempts") | join(",\n        ") }},
        attempts.attempted_at as occurred_at,
        attempts.place,
        cast(null as string) as interaction_key
    from attempts
    inner join meeting_kinds
        on attempts.states = meeting_kinds.attempt_states
    union all
    select
        kinds.attempt_states,
        kinds.both_state,
        {{ qualified(all_keys, "joining") | join(",\n        ") }},
        joining.occurred_at,
        cast(null as bigint) as place,
        joining.interaction_key
    from joining
    inner join kinds
        on joining.states = kinds.event_states
),

met as (
    select
        interaction_key,
        max(place) over (
            {{ meeting_window(same_message, may_be_unsaid) }}
            rows between unbounded preceding and current row
        ) as place_before,
        min(place) over (
            {{ meeting_window(same_message, may_be_unsaid) }}
            rows between current row and unbounded following
        ) as place_after
    from meeting
),

chosen as (
    select
        interaction_key,
        coalesce(max(place_before), min(place_after)) as place
    from met
    where interaction_key is not null
    group by interaction_key
),

taken as (
    select
        {{ keys | join(",\n        ") }},
        max(attempt) as attempts
    from attempts
    group by {{ keys | join(", ") }}
),

told_otherwise as (
    select
        interaction_key,
        profile_id,
        message_id,
        {{ stated | join(",\n        ") }},
        attempt
    from attempting
    where attempt > 1
    union all
    select
        joining.interaction_key,
        joining.profile_id,
        joining.message_id,
        {{ qualified(stated, "attempts") | join(",\n        ") }},
        attempts.attempt
    from joining
    inner join chosen
        on joining.interaction_key = chosen.interaction_key
    inner join attempts
        on chosen.place = attempts.place
    where attempts.attempt > 1 or not ({{ same_values(stated, "joining", "attempts") }})
    union all
    -- What fits no attempt stays apart, also from those that differ from it in their sending alone.
    select
        joining.interaction_key,
        joining.profile_id,
        joining.message_id,
        {{ qualified(stated, "joining") | join(",\n        ") }},
        taken.attempts + 1 as attempt
    from joining
    inner join taken
        on {{ same_values(keys, "joining", "taken") }}
    left join chosen
        on joining.interaction_key = chosen.interaction_key
    where chosen.place is null
)

select
    *,
    cast({{ this_load() }} as bigint) as load_number
from told_otherwise
