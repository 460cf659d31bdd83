{#-
    The bucket of a person, one in a million, as a number. It is read five times as fast as profile_key, so that a search for
    one person in all interactions asks for both. Argument: profile_key (SQL). Returns: SQL, integer; null without a person.
-#}
{% macro profile_bucket(profile_key) -%}
    {{ return(adapter.dispatch("profile_bucket", "cij")(profile_key)) }}
{%- endmacro %}

{% macro duckdb__profile_bucket(profile_key) -%}
    try_cast('0x' || left({{ profile_key }}, 5) as integer)
{%- endmacro %}
