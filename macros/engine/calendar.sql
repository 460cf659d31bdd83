{#-
    Time zones.

    report_time(at): a UTC timestamp as clocks of the var report_timezone show it. Whatever names a day, a weekday or an
        hour for reports goes through it, or through report_date; instants (`…_at`) never do.
    report_date(at): its day, as date.
    month_start(day): the first day of a date's month. months_later(day, months): a date some months later.
    days_between(first_day, last_day): days from one date to another, bigint.
    start_of_day(day): the instant, as UTC timestamp, at which a day (ISO text) begins there.
    time_zone_names(): a select of the names that report_timezone may have. The short ones of old (BST, Cuba) are left
        out: few mean what one thinks.
-#}

{% macro report_time(at) -%}
    {{ return(at if var("report_timezone") == "UTC" else adapter.dispatch("report_time", "cij")(at)) }}
{%- endmacro %}

{% macro duckdb__report_time(at) -%}
    timezone({{ sql_text(var("report_timezone")) }}, timezone('UTC', {{ at }}))
{%- endmacro %}

{% macro report_date(at) -%}
    cast({{ report_time(at) }} as date)
{%- endmacro %}

{% macro month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro months_later(day, months) -%}
    cast({{ day }} + interval '{{ months }}' month as date)
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch("days_between", "cij")(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    {{ last_day }} - {{ first_day }}
{%- endmacro %}

{% macro start_of_day(day) -%}
    {{ return(adapter.dispatch("start_of_day", "cij")(day)) }}
{%- endmacro %}

{% macro duckdb__start_of_day(day) -%}
    timezone('UTC', timezone({{ sql_text(var("report_timezone")) }}, timestamp '{{ day }}'))
{%- endmacro %}

{% macro time_zone_names() -%}
    {{ return(adapter.dispatch("time_zone_names", "cij")()) }}
{%- endmacro %}

{% macro duckdb__time_zone_names() -%}
    select name from pg_timezone_names() where name = 'UTC' or contains(name, '/') order by name
{%- endmacro %}
