{%- set windows = [30, 90, 365] -%}
{%- set deeds = ["delivered", "opened", "clicked"] -%}
{%- set active_days, lapsing_days = 90, 365 -%}

-- A delivered message counts, and what was done with it: an open of one that bounced after all is nobody's.
with messages as (
    select
        profile_key,
        organization_id,
        channel,
        sent_at,
        was_delivered,
        was_bounced and not was_delivered as was_bounced,
        bounced_at,
        was_delivered and was_opened as was_opened,
        was_delivered and was_clicked as was_clicked,
        delivered_at,
        case when was_delivered then last_opened_at end as opened_at,
        case when was_delivered then last_clicked_at end as clicked_at,
        {{ report_date("delivered_at") }} as delivered_date,
        case when was_delivered then {{ report_date("last_opened_at") }} end as opened_date,
        case when was_delivered then {{ report_date("last_clicked_at") }} end as clicked_date
    from {{ ref("fct_channel_engagement") }}
    where profile_key is not null and not is_test_send
),

-- Not the day of the build, as the same events have to give the same answer. A clock that is ahead is no news.
today as (
    select
        {{ report_date("greatest(
            max(sent_at) filter (where sent_at <= " ~ run_started() ~ "),
            max(opened_at) filter (where opened_at <= " ~ run_started() ~ "),
            max(clicked_at) filter (where clicked_at <= " ~ run_started() ~ ")
        )") }} as as_of_date
    from messages
),

aged as (
    select
        messages.*,
        today.as_of_date,
        {{ days_between("messages.delivered_date", "today.as_of_date") }} as delivered_age,
        {{ days_between("messages.opened_date", "today.as_of_date") }} as opened_age,
        {{ days_between("messages.clicked_date", "today.as_of_date") }} as clicked_age
    from messages
    cross join today
),

counted as (
    select
        {%- for deed in deeds %}
            {%- for days in windows %}
                count(*) filter (where {{ deed }}_age between 0 and {{ days - 1 }}) as {{ deed }}_{{ days }}_days,
            {%- endfor %}
            count(*) filter (where was_{{ deed }}) as {{ deed }},
            max({{ deed }}_at) filter (where {{ deed }}_age >= 0) as last_{{ deed }}_at,
            min({{ deed }}_age) filter (where {{ deed }}_age >= 0) as days_since_{{ deed }},
        {%- endfor %}
        profile_key,
        channel,
        min(organization_id) as organization_id,
        min(as_of_date) as as_of_date
    from aged
    group by profile_key, channel
),

-- Bounces are few: they are put in order with the last delivery beside the counts, not for all messages.
bounced as (
    select
        messages.profile_key,
        messages.channel,
        count(*) as bounces_in_a_row
    from messages
    inner join counted
        on
            messages.profile_key = counted.profile_key
            and messages.channel = counted.channel
    where
        messages.was_bounced
        and (counted.last_delivered_at is null or messages.bounced_at > counted.last_delivered_at)
    group by messages.profile_key, messages.channel
),

-- Who asks for no more messages doesn't engage with them.
replies as (
    select
        inbound.profile_key,
        inbound.channel,
        max(inbound.occurred_at) as last_replied_at,
        min({{ days_between(report_date("inbound.occurred_at"), "today.as_of_date") }}) as days_since_replied
    from {{ ref("fct_inbound_messages") }} as inbound
    cross join today
    where
        coalesce(inbound.keyword_type, '') != 'opt_out'
        and {{ report_date("inbound.occurred_at") }} <= today.as_of_date
    group by inbound.profile_key, inbound.channel
),

engaged as (
    select
        counted.*,
        profiles.person_key,
        replies.last_replied_at,
        coalesce(bounced.bounces_in_a_row, 0) as bounces_in_a_row,
        least(counted.days_since_opened, counted.days_since_clicked, replies.days_since_replied) as days_since_engaged,
        channel_rates.has_open_rate or channel_rates.has_click_rate or channel_rates.has_response_rate as has_signals
    from counted
    left join bounced
        on
            counted.profile_key = bounced.profile_key
            and counted.channel = bounced.channel
    left join replies
        on
            counted.profile_key = replies.profile_key
            and counted.channel = replies.channel
    left join {{ ref("dim_profiles") }} as profiles
        on counted.profile_key = profiles.profile_key
    left join {{ ref("channel_rates") }} as channel_rates
        on counted.channel = channel_rates.channel
),

final as (
    select
        {{ surrogate_key(["profile_key", "channel"]) }} as profile_engagement_key,
        profile_key,
        person_key,
        organization_id,
        channel,
        as_of_date,
        {%- for deed in deeds %}
            {%- for days in windows %}
                {{ deed }}_{{ days }}_days,
            {%- endfor %}
            {{ deed }},
        {%- endfor %}
        {%- for deed in deeds %}
            last_{{ deed }}_at,
            days_since_{{ deed }},
        {%- endfor %}
        last_replied_at,
        bounces_in_a_row,
        days_since_engaged,
        case
            when not has_signals then null
            when days_since_engaged is null then 'never'
            when days_since_engaged < {{ active_days }} then 'active'
            when days_since_engaged < {{ lapsing_days }} then 'lapsing'
            else 'inactive'
        end as engagement_status
    from engaged
)

select * from final
