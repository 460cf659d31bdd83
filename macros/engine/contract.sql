{#-
    Checks a model's contract with one `describe`. dbt's own check asks the database twice and formats every column in
    Jinja, which over 200 models costs as much as all else together; it is called where the two differ, for its message.
    Staging models and family tables are not asked at all: their selects are written from the contract, and the casts of
    staging give each column its type.

    Argument: sql (the model's select). Returns: nothing; raises where the contract is broken.
-#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- if raw_name(model) or model.name.endswith("__interactions") -%}
        {{ return("") }}
    {%- endif -%}
    {%- set promised, built = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- do promised.append(column.name ~ " " ~ column.data_type | upper) -%}
    {%- endfor -%}
    {%- for row in run_query("describe " ~ sql).rows -%}
        {%- do built.append(row[0] ~ " " ~ row[1]) -%}
    {%- endfor -%}
    {%- if promised | sort != built | sort -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
