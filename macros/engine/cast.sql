{#-
    Casts from whatever type a raw column has to the type its staging YAML asks for. A value that can't be cast
    becomes null and never stops a load; `ops.rejected_rows` counts it.
    All take: expression (SQL), raw_type (the raw column's type as the engine names it, upper case). Return: SQL.
    A raw type that already fits costs nothing: the text path is taken only for text.
-#}

{% macro cast_to(expression, raw_type, column) -%}
    {{ return(adapter.dispatch("cast_to", "cij")(expression, raw_type, column)) }}
{%- endmacro %}

{% macro duckdb__cast_to(expression, raw_type, column) -%}
    {%- if column.data_type == "timestamp" -%}
        {{ duckdb__to_timestamp(expression, raw_type) }}
    {%- elif column.data_type == "bigint" -%}
        {{ duckdb__to_bigint(expression, raw_type) }}
    {%- elif column.data_type == "double" -%}
        {{ duckdb__to_double(expression, raw_type) }}
    {%- elif column.data_type == "boolean" -%}
        {{ duckdb__to_boolean(expression, raw_type) }}
    {%- elif column.name.endswith("_id") -%}
        {{ duckdb__to_id(expression, raw_type) }}
    {%- else -%}
        {{ duckdb__to_text(expression, raw_type) }}
    {%- endif -%}
{%- endmacro %}

{#-
    True where a cast to data_type, any but varchar, could meet a value it can't take, so that rejects are worth counting.
-#}
{% macro cast_can_fail(raw_type, data_type) -%}
    {{ return(adapter.dispatch("cast_can_fail", "cij")(raw_type, data_type)) }}
{%- endmacro %}

{% macro duckdb__cast_can_fail(raw_type, data_type) -%}
    {%- set whole = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "BOOLEAN"] -%}
    {%- if data_type == "timestamp" -%}
        {{ return(not (raw_type.startswith("TIMESTAMP") or raw_type == "DATE")) }}
    {%- elif data_type == "bigint" -%} {{ return(raw_type not in whole) }}
    {%- elif data_type == "double" -%} {{ return(raw_type not in whole) }}
    {%- else -%} {{ return(raw_type != "BOOLEAN") }}
    {%- endif -%}
{%- endmacro %}

{#- An id: text, lower case, without surrounding blanks and braces; empty is null. Argument: expression (SQL text). -#}
{% macro to_id(expression) -%}
    {{ return(adapter.dispatch("to_id", "cij")(expression, "VARCHAR")) }}
{%- endmacro %}

{% macro duckdb__to_id(expression, raw_type) -%}
    {%- set x = expression if raw_type == "VARCHAR" else "cast(" ~ expression ~ " as varchar)" -%}
    {#- Trimming 36 characters costs ten times what looking at both ends does, and nearly all ids are clean: only what
        begins below '!' (blanks, control characters, the empty text) or from '{' on, or ends dirty, needs it. -#}
    {%- set blanks = ["chr(9)", "chr(10)", "chr(13)"] -%}
    case
        when
            {{ x }} < '!' or {{ x }} >= '{' or suffix({{ x }}, '}') or suffix({{ x }}, ' ')
            {%- for blank in blanks %} or suffix({{ x }}, {{ blank }}){% endfor %}
            then nullif(lower(trim({{ x }}, ' {}' || {{ blanks | join(" || ") }})), '')
        else lower({{ x }})
    end
{%- endmacro %}

{#- Text as it came; empty is null. -#}
{% macro duckdb__to_text(expression, raw_type) -%}
    nullif({{ expression if raw_type == "VARCHAR" else "cast(" ~ expression ~ " as varchar)" }}, '')
{%- endmacro %}

{#-
    A UTC timestamp without zone. Text may be ISO 8601, with or without zone (none = UTC), or US-English
    (7/26/2024 3:04:05 PM), the way the outbound export wrote it.
-#}
{% macro to_timestamp(expression, raw_type) -%}
    {{ return(adapter.dispatch("to_timestamp", "cij")(expression, raw_type)) }}
{%- endmacro %}

{% macro duckdb__to_timestamp(expression, raw_type) -%}
    {%- if raw_type == "TIMESTAMP WITH TIME ZONE" -%}
        timezone('UTC', {{ expression }})
    {%- elif raw_type.startswith("TIMESTAMP") or raw_type == "DATE" -%}
        cast({{ expression }} as timestamp)
    {%- else -%}
        {%- set x = "trim(cast(" ~ expression ~ " as varchar))" -%}
        coalesce(
            {#- A plain cast to timestamp ignores an offset, so text that has one goes through timestamptz. -#}
            case
                when regexp_matches({{ x }}, ':[0-9]{2}([.][0-9]+)? *[+-][0-9]{2}(:?[0-9]{2})?$')
                    then timezone('UTC', try_cast({{ x }} as timestamptz))
                when regexp_matches({{ x }}, '^[0-9]') then try_cast({{ x }} as timestamp)
            end,
            try_strptime(
                case when regexp_matches({{ x }}, '^[0-9]') then {{ x }} end,
                ['%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M %p', '%m/%d/%Y %H:%M', '%m/%d/%Y']
            )
        )
    {%- endif -%}
{%- endmacro %}

{#-
    True where a raw time is an instant (UTC timestamp) or later, or is none. A typed column is compared as it is, so that
    whole blocks of a Parquet file need not be read.
-#}
{% macro is_from(expression, raw_type, instant) -%}
    {{ return(adapter.dispatch("is_from", "cij")(expression, raw_type, instant)) }}
{%- endmacro %}

{% macro duckdb__is_from(expression, raw_type, instant) -%}
    {%- if raw_type.startswith("TIMESTAMP") -%}
        {%- set typed = "timezone('UTC', " ~ instant ~ ")" if raw_type == "TIMESTAMP WITH TIME ZONE" else instant -%}
        ({{ expression }} >= {{ typed }} or {{ expression }} is null)
    {%- else -%}
        coalesce({{ duckdb__to_timestamp(expression, raw_type) }} >= {{ instant }}, true)
    {%- endif -%}
{%- endmacro %}

{#- A whole number; text such as '2' or '2.0' counts, '2.5' does not. -#}
{% macro duckdb__to_bigint(expression, raw_type) -%}
    {%- if not duckdb__cast_can_fail(raw_type, "bigint") -%}
        cast({{ expression }} as bigint)
    {%- else -%}
        {%- set x = "cast(" ~ expression ~ " as varchar)" -%}
        case when try_cast({{ x }} as double) = trunc(try_cast({{ x }} as double)) then try_cast({{ x }} as bigint) end
    {%- endif -%}
{%- endmacro %}

{#- A finite number: one NaN or infinity would make every sum and average over it the same. -#}
{% macro duckdb__to_double(expression, raw_type) -%}
    {%- set x = "try_cast(" ~ expression ~ " as double)" -%}
    {%- if not duckdb__cast_can_fail(raw_type, "double") -%}
        {{ x }}
    {%- else -%}
        case when isfinite({{ x }}) then {{ x }} end
    {%- endif -%}
{%- endmacro %}

{#- True where a raw value is more than nothing: blank text is nothing, and so is NaN, the null of many programs. -#}
{% macro is_there(expression, raw_type) -%}
    {{ return(adapter.dispatch("is_there", "cij")(expression, raw_type)) }}
{%- endmacro %}

{% macro duckdb__is_there(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        trim({{ expression }}) != ''
    {%- elif raw_type in ("FLOAT", "DOUBLE") -%}
        not isnan({{ expression }})
    {%- else -%}
        {{ expression }} is not null
    {%- endif -%}
{%- endmacro %}

{#- True / 1 / yes and False / 0 / no in any letter case, also as their first letters. -#}
{% macro duckdb__to_boolean(expression, raw_type) -%}
    {%- if raw_type == "BOOLEAN" -%}
        {{ expression }}
    {%- elif raw_type == "VARCHAR" -%}
        try_cast(trim({{ expression }}) as boolean)
    {%- else -%}
        case cast({{ expression }} as varchar)
            when '1' then true when '1.0' then true when '0' then false when '0.0' then false
        end
    {%- endif -%}
{%- endmacro %}

{#-
    A value's shape: every letter as x and every digit as 9, because an address or a number may stand in any column.
    What can only be a date, or a number of four digits, stays. Argument: text (SQL). Returns: SQL, at most 200 characters.
-#}
{% macro masked(text) -%}
    {{ return(adapter.dispatch("masked", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__masked(text) -%}
    {%- set day, year = "(0?[1-9]|[12][0-9]|3[01])", "[0-9]{4}" -%}
    {%- set time = "[T ][0-9]{1,2}(:[0-9]{2}){1,2}([.][0-9]+)? ?([AP]M|Z|[+-][0-9]{2}:?[0-9]{2})?" -%}
    {%- set dates = [year ~ "([-/.]" ~ day ~ "){2}", "(" ~ day ~ "[-/.]){2}" ~ year] -%}
    case
        when regexp_full_match({{ text }}, '[0-9]{1,4}|({{ dates | join("|") }})({{ time }})?') then {{ text }}
        else {{ shape_of(text) }}
    end
{%- endmacro %}
