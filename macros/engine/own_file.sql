{#-
    How a mart is stored that only shows rows of the private layers: as a view, which costs nothing. Where the marts go
    into a file of their own (the environment's CIJ_MARTS_CATALOG names it), as a table: a view would refer to the
    private file, which readers of the other don't have.

    Argument: grows (whether the model adds to the rows of earlier loads). Returns: text, a materialization.
-#}
{% macro view_or_own_table(grows=false) -%}
    {%- if not env_var("CIJ_MARTS_CATALOG", "") -%}
        {{ return("view") }}
    {%- endif -%}
    {{ return("incremental" if grows else "table") }}
{%- endmacro %}
