{#-
    An aggregate of messages holds each of its own once, those of an unknown day, hour or domain included: its totals are
    those of fct_channel_engagement. Gives one row with both sets of totals where they differ.

    Arguments: counts (list of the aggregate's columns; one that is named otherwise than below is a dict of its own name
    and the one below), messages (SQL, a condition: which messages of the fact the aggregate is about), rows (SQL, a
    condition: in which of its rows they stand once).
-#}
{% test adds_up_to_the_messages(model, counts, messages="true", rows="true") %}
    {%- set totals = {
        "messages": "count(*)",
        "inflow": "count(*) filter (where was_sent or was_blocked)",
        "sent": "count(*) filter (where was_sent)",
        "delivered": "count(*) filter (where was_delivered)",
        "unique_opens": "count(*) filter (where was_delivered and was_opened)",
        "opens": "sum(opens)",
        "unique_clicks": "count(*) filter (where was_delivered and was_clicked)",
        "clicks": "sum(clicks)",
        "bot_clicks": "sum(bot_clicks)",
        "engaged": "count(*) filter (where was_sent and was_delivered and (was_opened or was_clicked))",
        "responses": "count(*) filter (where was_sent and replies > 0)",
        "bounces": "count(*) filter (where was_bounced)",
        "hard_bounces": "count(*) filter (where bounce_type = 'hard')",
        "soft_bounces": "count(*) filter (where bounce_type = 'soft')",
        "blocked": "count(*) filter (where was_blocked)",
        "consent_blocked": "count(*) filter (where was_consent_blocked)",
        "sent_and_blocked": "count(*) filter (where was_sent and was_blocked)",
        "unsubscribes": "count(*) filter (where was_unsubscribed)",
        "spam_reports": "count(*) filter (where was_spam_reported)",
    } -%}
    {%- set sums = [] -%}
    {%- set counted = [] -%}
    {%- for count in counts -%}
        {%- for name, total in ({count: count} if count is string else count).items() -%}
            {%- do sums.append("coalesce(sum(" ~ name ~ "), 0) as " ~ name) -%}
            {%- do counted.append("coalesce(" ~ totals[total] ~ ", 0) as " ~ name) -%}
        {%- endfor -%}
    {%- endfor -%}

    with aggregated as (
        select {{ sums | join(", ") }} from {{ model }} where {{ rows }}
    ),

    messages as (
        select {{ counted | join(", ") }} from {{ ref("fct_channel_engagement") }} where {{ messages }}
    )

    select 'aggregated' as found_in, * from (select * from aggregated except select * from messages) as differing
    union all
    select 'messages' as found_in, * from (select * from messages except select * from aggregated) as differing
{% endtest %}
