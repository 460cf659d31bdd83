{#-
    Spark's casts from the type of a raw column, named as DuckDB names it, to the type its staging YAML asks for; what
    they mean stands at their namesakes for DuckDB. Spark casts more than DuckDB does ('5d' to 5, '2024' to a time), so a
    regular expression says first what is cast at all. Where a value takes several looks it is a lambda's argument:
    Spark works out anew what an expression says twice. Nine invisible signs that Unicode has had since version 14 are
    blanks to DuckDB and not to Java 17.
-#}

{% macro default__cast_to(expression, raw_type, column) -%}
    {%- if column.data_type == "timestamp" -%}
        {{ default__to_timestamp(expression, raw_type) }}
    {%- elif column.data_type == "bigint" -%}
        {{ default__to_bigint(expression, raw_type) }}
    {%- elif column.data_type == "double" -%}
        {{ default__to_double(expression, raw_type) }}
    {%- elif column.data_type == "boolean" -%}
        {{ default__to_boolean(expression, raw_type) }}
    {%- elif column.data_type == "json" -%}
        {{ default__to_json(expression, raw_type) }}
    {%- elif column.name == "profile_type" and raw_type == "VARCHAR" -%}
        case
            when {{ expression }} in ('Contact', 'Lead', 'contact', 'lead') then {{ expression }}
            else {{ default__to_id(expression, raw_type) }}
        end
    {%- elif column.name.endswith("_id") or column.name == "profile_type" -%}
        {{ default__to_id(expression, raw_type) }}
    {%- else -%}
        {{ default__to_text(expression, raw_type) }}
    {%- endif -%}
{%- endmacro %}

{#- The types are named alike, and fail alike. -#}
{% macro default__cast_can_fail(raw_type, data_type) -%}
    {{ return(duckdb__cast_can_fail(raw_type, data_type)) }}
{%- endmacro %}

{% macro default__to_id(expression, raw_type) -%}
    {%- set x = expression -%}
    {%- if raw_type == "VARCHAR" -%}
        case
            when
                {{ x }} < '0' or {{ x }} >= '{' or length({{ x }}) in (32, 45) or length({{ x }}) != octet_length({{ x }})
                or endswith({{ x }}, ' ') or endswith({{ x }}, chr(9))
                or endswith({{ x }}, chr(10)) or endswith({{ x }}, chr(13))
                or (length({{ x }}) = 36 and {{ x }} != lower({{ x }}))
                or (
                    length({{ x }}) != 36
                    and (endswith({{ x }}, '}') or endswith({{ x }}, chr(11)) or endswith({{ x }}, chr(12)))
                )
                or (length({{ x }}) <= 4 and {{ x }} > '9')
                then {{ where_it_holds(_spark_cleaned_id(x), "it != '" ~ empty_guid() ~ "'") }}
            when {{ x }} != '{{ empty_guid() }}' then {{ x }}
        end
    {%- elif not cast_can_fail(raw_type, "bigint") -%}
        cast({{ x }} as string)
    {%- else -%}
        {%- set text = bytes_as_id(x) if raw_type == "BLOB" else _spark_text(x, raw_type) -%}
        get(transform(array({{ text }}), id_text -> {{ default__to_id("id_text", "VARCHAR") }}), 0)
    {%- endif -%}
{%- endmacro %}

{#- An id in any spelling as it should be; null where there is none, and the guid of noughts as it is. -#}
{% macro _spark_cleaned_id(x) -%}
    {%- set digits, ends = "[0-9a-fA-F]", "[{}" ~ _blanks() ~ "]" -%}
    {%- set guid = digits ~ "{8}(?:-" ~ digits ~ "{4}){3}-" ~ digits ~ "{12}|" ~ digits ~ "{32}" -%}
    {%- set hex_parts = [
        "0[xX]" ~ digits ~ "{8}(?:,0[xX]" ~ digits ~ "{4}){2}",
        "[{]0[xX]" ~ digits ~ "{2}(?:,0[xX]" ~ digits ~ "{2}){7}",
    ] -%}
    {%- set spelling = "^(?:(?i:urn:uuid:)?[(]?(?:" ~ guid ~ ")[)]?|" ~ hex_parts | join(",") ~ ")\\z" -%}
    get(transform(
        array(regexp_replace({{ x }}, {{ sql_text("^" ~ ends ~ "+|(?<!" ~ ends ~ ")" ~ ends ~ "+\\z") }}, '')),
        id -> case
            when id rlike {{ sql_text(spelling) }}
                then {{ _spark_guid("regexp_replace(lower(id), '^urn:uuid:|0x|[^0-9a-f]', '')") }}
            when {{ is_word_for_null("id") }} then null
            else nullif(id, '')
        end
    ), 0)
{%- endmacro %}

{#- The guid of 32 hexadecimal digits in lower case. -#}
{% macro _spark_guid(digits) -%}
    regexp_replace({{ digits }}, '^(.{8})(.{4})(.{4})(.{4})(.{12})', '$1-$2-$3-$4-$5')
{%- endmacro %}

{% macro default__where_it_holds(value, condition) -%}
    get(filter(array({{ value }}), it -> {{ condition }}), 0)
{%- endmacro %}

{% macro default__bytes_as_id(expression) -%}
    case
        when octet_length({{ expression }}) = 16 then {{ _spark_guid("lower(hex(" ~ expression ~ "))") }}
        else {{ _spark_text(expression, "BLOB") }}
    end
{%- endmacro %}

{#- A value as DuckDB writes it in text: bytes that are no plain letter in hexadecimal digits, numbers in its layout. -#}
{% macro _spark_text(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        {{ expression }}
    {%- elif raw_type == "BLOB" -%}
        array_join(transform(
            filter(split(decode({{ expression }}, 'ISO-8859-1'), ''), sign -> sign != ''),
            sign -> case
                when sign rlike {{ sql_text("[ -~&&[^\\\\'\"]]") }} then sign
                else concat({{ sql_text("\\x") }}, hex(encode(sign, 'ISO-8859-1')))
            end
        ), '')
    {%- elif raw_type in ("FLOAT", "DOUBLE") -%}
        {{ _spark_float_text(expression, raw_type) }}
    {%- elif raw_type.startswith("DECIMAL") -%}
        {{ _spark_decimal_text(expression, raw_type) }}
    {%- else -%}
        cast({{ expression }} as string)
    {%- endif -%}
{%- endmacro %}

{#-
    A double has the fewest digits that tell it from others: to write it in as few, one is tried after the other, as Java
    before version 19 writes some numbers in more. The last of 17 digits may differ from DuckDB's beyond 1e17 (one number
    in a thousand there), and so may those of a float that lies half way between two ways to write it.
-#}
{% macro _spark_float_text(expression, raw_type) -%}
    {%- set layouts = [] -%}
    {%- for digits in ([5, 6, 7, 8] if raw_type == "FLOAT" else [14, 15, 16]) -%}
        {%- do layouts.append("format_string('%." ~ digits ~ "e', value)") -%}
    {%- endfor -%}
    get(transform(array({{ expression }}), value -> get(transform(
        filter(array({{ layouts | join(", ") }}), written -> try_cast(written as {{ raw_type | lower }}) = value),
        written -> case
            when written = 'NaN' then 'nan'
            when written like '%Infinity' then replace(written, 'Infinity', 'inf')
            when value = 0 then regexp_replace(written, '0+e.*', '0')
            when written rlike {{ sql_text("e(?:[+](?:0[0-9]|1[0-5])|-0[1-4])\\z") }}
                then regexp_replace(
                    cast(cast(written as decimal(38, 22)) as string), {{ sql_text("(?<=[.][0-9]{1,22})0+\\z") }}, ''
                )
            else regexp_replace(written, '[.]?0+(?=e)', '')
        end
    ), 0)), 0)
{%- endmacro %}

{#-
    Small ones are 1E-10 to Spark where it doesn't follow ANSI. DuckDB writes no nought before the point where a type has
    as many digits as stand behind it.
-#}
{% macro _spark_decimal_text(expression, raw_type) -%}
    {%- set digits = modules.re.findall("[0-9]+", raw_type) -%}
    {%- set is_fraction = digits | length == 2 and digits[0] == digits[1] -%}
    get(transform(array(cast({{ expression }} as string)), written -> case
        when written like '%E-%'
            then concat(
                case when written like '-%' then '-' else '' end,
                '{{ "." if is_fraction else "0." }}',
                repeat('0', cast(substring_index(written, 'E-', -1) as int) - 1),
                translate(substring_index(written, 'E-', 1), '-.', '')
            )
        {%- if is_fraction %}
        when written rlike '^-?0[.]' then regexp_replace(written, '^(-?)0', '$1')
        {%- endif %}
        else written
    end), 0)
{%- endmacro %}

{% macro default__to_text(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        case when {{ expression }} not in ('', {{ sql_text("\\N") }}) then {{ expression }} end
    {%- else -%}
        nullif({{ _spark_text(expression, raw_type) }}, '')
    {%- endif -%}
{%- endmacro %}

{#-
    The text of a number as DuckDB reads one, underscores between digits included. Argument: sign (what may stand before
    the digits). Returns: a regular expression.
-#}
{% macro _number_pattern(sign) -%}
    {%- set digits, blanks = "[0-9]++(?:_[0-9]++)*+", "[ \\t\\n\\x0B\\f\\r]*+" -%}
    {{ blanks }}{{ sign }}(?:{{ digits }}(?:[.](?:{{ digits }})?)?|[.]{{ digits }})(?:[eE][+-]?{{ digits }})?{{ blanks }}
{%- endmacro %}

{% macro default__to_bigint(expression, raw_type) -%}
    {%- if not cast_can_fail(raw_type, "bigint") -%}
        cast({{ expression }} as bigint)
    {%- else -%}
        {#- Of what is whole as a double. What stands before the point has to be one by itself, as in DuckDB. -#}
        {%- set as_double = "try_cast(number as double)" -%}
        get(transform(
            array({{ _spark_text(expression, raw_type) }}),
            written -> get(transform(
                array(case
                    when written rlike {{ sql_text("^" ~ _number_pattern("[+-]?") ~ "\\z") }}
                        then regexp_replace(written, {{ sql_text("[_\\s]") }}, '')
                end),
                number -> case
                    when
                        {{ as_double }} = rint({{ as_double }})
                        and (
                            number rlike '^[+-]?[.]'
                            or try_cast(regexp_extract(number, '^[+-]?[0-9]+', 0) as bigint) is not null
                        )
                        {#- Spark 3.5 reads no nought with a large exponent. -#}
                        {%- set without_exponent = "regexp_replace(number, '^([+-]?[0.]+)[eE].*', '$1')" %}
                        then try_cast(try_cast({{ without_exponent }} as decimal(38, 0)) as bigint)
                end
            ), 0)
        ), 0)
    {%- endif -%}
{%- endmacro %}

{% macro default__to_double(expression, raw_type) -%}
    {%- if not cast_can_fail(raw_type, "double") -%}
        cast({{ expression }} as double)
    {%- elif raw_type in ("FLOAT", "DOUBLE") or raw_type.startswith("DECIMAL") -%}
        case when abs({{ expression }}) < double('Infinity') then cast({{ expression }} as double) end
    {%- elif raw_type == "BLOB" -%}
        cast(null as double)
    {%- else -%}
        {{ _spark_finite(_spark_text(expression, raw_type), "^" ~ _number_pattern("[+]?-?") ~ "\\z") }}
    {%- endif -%}
{%- endmacro %}

{#- The finite double of a text that a regular expression finds to be one. -#}
{% macro _spark_finite(text, pattern) -%}
    get(filter(
        transform(array({{ text }}), written -> case
            when written rlike {{ sql_text(pattern) }}
                then try_cast(regexp_replace(written, {{ sql_text("[+](?=-)|[_\\p{Zs}\\s]") }}, '') as double)
        end),
        number -> abs(number) < double('Infinity')
    ), 0)
{%- endmacro %}

{% macro default__number_in(text) -%}
    {{ _spark_finite(text, "^\\p{Zs}*+" ~ _number_pattern("[+]?-?") ~ "\\p{Zs}*+\\z") }}
{%- endmacro %}

{% macro default__is_there(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        {%- set blank = "[" ~ _blanks() ~ "]" -%}
        {%- set ends = sql_text("^" ~ blank ~ "+|(?<!" ~ blank ~ ")" ~ blank ~ "+\\z") -%}
        {%- set bare = "regexp_replace(" ~ expression ~ ", " ~ ends ~ ", '')" -%}
        not ({{ bare }} = '' or {{ is_word_for_null(bare) }})
    {%- elif raw_type in ("FLOAT", "DOUBLE") -%}
        {{ expression }} != double('NaN')
    {%- else -%}
        {{ expression }} is not null
    {%- endif -%}
{%- endmacro %}

{% macro default__to_boolean(expression, raw_type) -%}
    {%- if raw_type == "BOOLEAN" -%}
        {{ expression }}
    {%- elif raw_type == "VARCHAR" -%}
        case
            when {{ expression }} rlike {{ sql_text("^\\p{Zs}*(?i:true|t|yes|y|1)\\p{Zs}*\\z") }} then true
            when {{ expression }} rlike {{ sql_text("^\\p{Zs}*(?i:false|f|no|n|0)\\p{Zs}*\\z") }} then false
        end
    {%- else -%}
        case {{ _spark_text(expression, raw_type) }}
            when '1' then true when '1.0' then true when '0' then false when '0.0' then false
        end
    {%- endif -%}
{%- endmacro %}

{% macro default__masked(text) -%}
    case
        when {{ text }} rlike {{ sql_text("^(?:" ~ _shown_as_it_is() ~ ")\\z") }} then {{ text }}
        else {{ shape_of(text) }}
    end
{%- endmacro %}
