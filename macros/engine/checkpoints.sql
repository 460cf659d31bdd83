{#-
    Whether rows that were deleted give their room in a table back when the database is next written to its file. The
    engine's default does that whenever a few rows are missing, and writes large parts of the table again for it.

    Argument: is_wanted (boolean). Runs its statement; returns nothing.
-#}
{% macro close_gaps_at_checkpoints(is_wanted) -%}
    {{ return(adapter.dispatch("close_gaps_at_checkpoints", "cij")(is_wanted)) }}
{%- endmacro %}

{% macro duckdb__close_gaps_at_checkpoints(is_wanted) -%}
    {%- if not is_confined() -%}
        {%- do run_query("set global max_vacuum_tasks = " ~ (100 if is_wanted else 0)) -%}
    {%- endif -%}
{%- endmacro %}
