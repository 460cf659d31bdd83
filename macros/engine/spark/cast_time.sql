{#-
    Times on Spark, UTC: the session's zone is UTC, so a timestamp with local time is one without a zone. A cast takes far
    more than DuckDB's does, and so it never sees what a regular expression hasn't found to be a time.
-#}

{% macro default__to_timestamp(expression, raw_type) -%}
    {%- if raw_type.startswith("TIMESTAMP") or raw_type == "DATE" -%}
        cast({{ expression }} as timestamp)
    {%- else -%}
        {%- set x = _spark_text(expression, raw_type) -%}
        {#- What most files write first: the way for any form takes twenty times as long. Midnight as 24:00 is not for Spark. -#}
        {%- set seconds = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?" -%}
        {%- set zone = "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?" -%}
        {%- set us = "[0-9]{1,2}/[0-9]{1,2}/(?!0000)[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}" -%}
        case
            when {{ x }} rlike {{ sql_text("^" ~ seconds ~ zone ~ "\\z") }} then try_cast({{ x }} as timestamp)
            when {{ x }} rlike {{ sql_text("^" ~ us ~ " [AP]M\\z") }} then try_to_timestamp({{ x }}, 'M/d/yyyy h:mm:ss a')
            when {{ x }} rlike {{ sql_text("^" ~ us ~ "\\z") }} then try_to_timestamp({{ x }}, 'M/d/yyyy H:mm:ss')
            when {{ x }} rlike '[0-9]'
                then {{ _spark_unusual_time(x) }}
        end
    {%- endif -%}
{%- endmacro %}

{#- Any form of time. The marks that browsers put into one, of which way it is read, are no part of it. -#}
{% macro _spark_unusual_time(x) -%}
    {%- set bare = "regexp_replace(upper(" ~ x ~ "), " ~ sql_text("\\p{Cf}") ~ ", '')" -%}
    get(transform(
        filter(
            array(trim(regexp_replace({{ bare }}, {{ sql_text("[" ~ _blanks() ~ "]+") }}, ' '))),
            time -> time rlike {{ sql_text("^(?:" ~ _time_forms() ~ ")\\z") }}
        ),
        time -> get(transform(
            array({{ _spark_extended("time") }}),
            local -> timestamp_micros(
                unix_micros(try_cast(regexp_replace(local, '(?<=[T ])24(?=:00:00(?:[.]0*)?$)', '00') as timestamp))
                + 1000000L * ({{ _spark_seconds_behind("time", "local") }})
            )
        ), 0)
    ), 0)
{%- endmacro %}

{#- A regular expression for the whole of a text in upper case: DuckDB's forms, with the hours that AM and PM go with. -#}
{% macro _time_forms() -%}
    {%- set zone = "(?: ?(?:Z|UTC|GMT|" ~ _offset() ~ "))?" -%}
    {%- set rest, us_rest = ":[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?", ":[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?" -%}
    {%- set iso_day = "(?:[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})" -%}
    {%- set us_clock = "(?:(?:[01]?[0-9]|2[0-3])" ~ us_rest ~ "|(?:0?[1-9]|1[0-2])" ~ us_rest ~ " ?[AP]M)" -%}
    {{ [
        iso_day ~ "(?:[T ][0-9]{1,2}" ~ rest ~ zone ~ ")?",
        "[0-9]{8}T[0-9]{4}(?:[0-9]{2}(?:[.,][0-9]+)?)?" ~ zone,
        "[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,4}(?:,? " ~ us_clock ~ zone ~ ")?",
    ] | join("|") }}
{%- endmacro %}

{#- A time in one of the forms as Spark casts it, without zone and AM or PM. -#}
{% macro _spark_extended(time) -%}
    {%- set extended = namespace(sql=time) -%}
    {%- for pattern, replacement in [
        ("([T ].*[0-9M]) ?(?:Z|UTC|GMT|" ~ _offset() ~ ")\\z", "$1"),
        (" ?[AP]M\\z", ""),
        ("^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})", "$1-$2-$3T$4:$5"),
        ("^([0-9]{1,2})/([0-9]{1,2})/([0-9]{1,4}),?", "$3-$1-$2"),
        ("^([^:]*:[0-9]{2})([0-9]{2})", "$1:$2"),
        ("^([^:]*:[0-9]{2})\\z", "$1:00"),
        (",", "."),
        ("/", "-"),
        ("^(?=[0-9]{1,3}-)", "000"),
        ("^0+(?=[0-9]{4}-)", ""),
    ] -%}
        {%- set extended.sql = "regexp_replace(" ~ extended.sql ~ ", " ~ sql_text(pattern) ~ ", '" ~ replacement ~ "')" -%}
    {%- endfor -%}
    {{ extended.sql }}
{%- endmacro %}

{#- By how many seconds UTC is later than what the clock face says. -#}
{% macro _spark_seconds_behind(time, local) -%}
    {%- set offset = namespace(parts=[]) -%}
    {%- for digits in ["[+-]([0-9]{2})", "[+-][0-9]{2}:?([0-9]{2})"] -%}
        {%- do offset.parts.append("coalesce(try_cast(regexp_extract(" ~ time ~ ", '[T ].*" ~ digits ~ "', 1) as int), 0)") -%}
    {%- endfor -%}
    case when {{ local }} rlike '[T ]24:' then 86400 else 0 end
    + case
        when {{ time }} rlike ' 12:.*AM' then -43200
        when {{ time }} rlike 'PM' and not {{ time }} rlike ' 12:' then 43200
        else 0
    end
    + case when {{ time }} rlike '[T ].*[+]' then -60 else 60 end * (60 * {{ offset.parts[0] }} + {{ offset.parts[1] }})
{%- endmacro %}

{% macro default__is_from(expression, raw_type, instant) -%}
    {%- if raw_type.startswith("TIMESTAMP") -%}
        ({{ expression }} >= {{ instant }} or {{ expression }} is null)
    {%- else -%}
        coalesce({{ default__to_timestamp(expression, raw_type) }} >= {{ instant }}, true)
    {%- endif -%}
{%- endmacro %}
