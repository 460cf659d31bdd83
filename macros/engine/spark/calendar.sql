{% macro default__report_time(at) -%}
    from_utc_timestamp({{ at }}, {{ sql_text(var("report_timezone")) }})
{%- endmacro %}

{#- A midnight that comes twice is the later one, as for DuckDB: Spark takes the earlier one. -#}
{% macro default__start_of_day(day) -%}
    {%- set zone = sql_text(var("report_timezone")) -%}
    greatest(
        to_utc_timestamp(timestamp '{{ day }}', {{ zone }}),
        to_utc_timestamp(timestamp '{{ day }} 01:00:00', {{ zone }}) - interval '1' hour
    )
{%- endmacro %}

{#- Java has no list of them for SQL, Python has. -#}
{% macro default__time_zone_names() -%}
    {%- set names = ["UTC"] -%}
    {%- for name in modules.pytz.all_timezones if "/" in name -%}{%- do names.append(name) -%}{%- endfor -%}
    select explode(array({{ sql_texts(names | sort) }})) as name
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{%- endmacro %}
