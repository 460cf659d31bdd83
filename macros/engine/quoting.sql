{#-
    The only ways in which a name or a value that comes from outside (folders, files, columns, cells, settings) becomes
    SQL. adapter.quote() isn't one: it leaves a quote within a name as it is, which ends the name there.

    sql_name(name): a name of a column, table or schema. Argument: name (any text). Returns: SQL.
    sql_text(value): a text literal. Argument: value (any text). Returns: SQL.
    sql_texts(values): text literals with commas between them. Argument: values (list of texts). Returns: SQL.
-#}
{#- Not dispatched like the others here: staging alone asks for ten thousand names. -#}
{% macro sql_name(name) -%}
    {%- if target.type == "duckdb" -%}
        "{{ name | replace('"', '""') }}"
    {%- else -%}
        `{{ name | replace("`", "``") }}`
    {%- endif -%}
{%- endmacro %}

{#- Spark reads signs after a backslash as another sign, and two quotes, in older versions, as none. -#}
{% macro sql_text(value) -%}
    {%- if target.type == "duckdb" -%}
        '{{ value | replace("'", "''") }}'
    {%- else -%}
        '{{ value | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

{% macro sql_texts(values) -%}
    {%- for value in values -%}{{ sql_text(value) }}{{ ", " if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#- The engine's name for a data_type of the YAML: json is text on Spark. Argument: data_type (as DuckDB names it). -#}
{% macro sql_type(data_type) -%}
    {%- if target.type == "duckdb" -%}
        {{ data_type }}
    {%- else -%}
        {{ {"varchar": "string", "json": "string"}.get(data_type, data_type) }}
    {%- endif -%}
{%- endmacro %}
