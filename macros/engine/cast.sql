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
    {%- elif column.data_type == "json" -%}
        {{ duckdb__to_json(expression) }}
    {%- elif column.name == "profile_type" and raw_type == "VARCHAR" -%}
        {#- Part of what tells who a person is, and nobody's name. Short words, as these two are, would be looked at closely. #}
        case
            when {{ expression }} in ('Contact', 'Lead', 'contact', 'lead') then {{ expression }}
            else {{ duckdb__to_id(expression, raw_type) }}
        end
    {%- elif column.name.endswith("_id") or column.name == "profile_type" -%}
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

{#-
    An id: text without the blanks and braces around it. A guid, however it is written, is 36 characters in lower case; any
    other id keeps its letters. Null: the empty text, a word for null, and the guid of noughts, .NET's for one that nobody
    set. Sixteen bytes are a guid in the order in which its digits are written, as Parquet's type UUID has them.
    Argument: expression (SQL text).
-#}
{% macro to_id(expression) -%}
    {{ return(adapter.dispatch("to_id", "cij")(expression, "VARCHAR")) }}
{%- endmacro %}

{% macro duckdb__to_id(expression, raw_type) -%}
    {%- set x = expression if raw_type == "VARCHAR" else "cast(" ~ expression ~ " as varchar)" -%}
    {%- if raw_type == "BLOB" -%}
        {{ duckdb__to_id(bytes_as_id(expression), "VARCHAR") }}
    {%- elif raw_type == "UUID" -%}
        nullif({{ x }}, '{{ empty_guid() }}')
    {%- elif not duckdb__cast_can_fail(raw_type, "bigint") -%}
        {{ x }}
    {%- else -%}
        {#- Ids are most of what is loaded, and nearly all are clean guids. To look for what needs work costs no more than
            to put all into lower case; to do the work costs ten times that, and far more for what needs regular expressions
            within a lambda, which DuckDB compiles anew for every two thousand rows. -#}
        case
            when
                {{ x }} < '0' or {{ x }} >= '{' or length({{ x }}) in (32, 45) or length({{ x }}) != strlen({{ x }})
                or {{ _ends_with_one_of(x, ["' '", "chr(9)", "chr(10)", "chr(13)"]) }}
                or (length({{ x }}) = 36 and {{ x }} != lower({{ x }}))
                or (length({{ x }}) != 36 and ({{ _ends_with_one_of(x, ["'}'", "chr(11)", "chr(12)"]) }}))
                or (length({{ x }}) <= 4 and {{ x }} > '9')
                then {{ where_it_holds(
                    "coalesce(" ~ [_plain_guid(x), _guid_between_spaces(x), _cleaned_id(x)] | join(", ") ~ ")",
                    "it != '" ~ empty_guid() ~ "'"
                ) }}
            when {{ x }} != '{{ empty_guid() }}' then {{ x }}
        end
    {%- endif -%}
{%- endmacro %}

{#-
    A value, or null where a condition over it, by the name of `it`, doesn't hold. nullif() and case say the value twice, and a
    family plans hundreds of long ones. Returns: SQL.
-#}
{% macro where_it_holds(value, condition) -%}
    {{ return(adapter.dispatch("where_it_holds", "cij")(value, condition)) }}
{%- endmacro %}

{% macro duckdb__where_it_holds(value, condition) -%}
    list_filter([{{ value }}], lambda it: {{ condition }})[1]
{%- endmacro %}

{#- The text of an id in bytes: sixteen are a guid. Argument: expression (SQL blob). Returns: SQL text. -#}
{% macro bytes_as_id(expression) -%}
    {{ return(adapter.dispatch("bytes_as_id", "cij")(expression)) }}
{%- endmacro %}

{% macro duckdb__bytes_as_id(expression) -%}
    case
        when octet_length({{ expression }}) = 16 then cast(cast(hex({{ expression }}) as uuid) as varchar)
        else cast({{ expression }} as varchar)
    end
{%- endmacro %}

{% macro _ends_with_one_of(x, signs) -%}
    {%- for sign in signs -%}suffix({{ x }}, {{ sign }}){{ " or " if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#- .NET's unset value, as a guid is written here. -#}
{% macro empty_guid() -%}00000000-0000-0000-0000-000000000000{%- endmacro %}

{#- A guid of 32 digits, or with its four hyphens, in braces or not, as it should be; null for anything else. -#}
{% macro _plain_guid(x) -%}
    {%- set hyphened = "________-____-____-____-____________" -%}
    cast(
        case
            when length({{ x }}) = 32 or {{ x }} like '{{ hyphened }}' or {{ x }} like '{{ "{" ~ hyphened ~ "}" }}'
                then try_cast({{ x }} as uuid)
        end as varchar
    )
{%- endmacro %}

{#- The same with spaces around it, or within its braces. -#}
{% macro _guid_between_spaces(x) -%}
    {%- set digits = "[0-9a-f]" -%}
    cast(try_cast(regexp_extract(
        {{ x }}, '^[{ ]*({{ digits }}{8}(?:-{{ digits }}{4}){3}-{{ digits }}{12}|{{ digits }}{32})[} ]*$', 1, 'i'
    ) as uuid) as varchar)
{%- endmacro %}

{#- An id in any spelling as it should be; an empty text where there is none, and the guid of noughts as it is. -#}
{% macro _cleaned_id(x) -%}
    {%- set digits = "[0-9a-f]" -%}
    {%- set spellings = [
        "(urn:uuid:)?[(]?" ~ digits ~ "{8}(-" ~ digits ~ "{4}){3}-" ~ digits ~ "{12}[)]?",
        "(urn:uuid:)?[(]?" ~ digits ~ "{32}[)]?",
        "0x" ~ digits ~ "{8}(,0x" ~ digits ~ "{4}){2},[{]0x" ~ digits ~ "{2}(,0x" ~ digits ~ "{2}){7}",
    ] -%}
    list_transform(
        [regexp_replace({{ x }}, '^[{}{{ _blanks() }}]+|[{}{{ _blanks() }}]+$', '', 'g')],
        lambda id: case
            when regexp_full_match(id, '{{ spellings | join("|") }}', 'i')
                then cast(cast(regexp_replace(lower(id), '^urn:uuid:|0x|[^0-9a-f]', '', 'g') as uuid) as varchar)
            when {{ is_word_for_null("id") }} then null
            else nullif(id, '')
        end
    )[1]
{%- endmacro %}

{#- What counts as a blank at either end of a value, for a regular expression's brackets: the signs that nobody can see. -#}
{% macro _blanks() -%}
    \s\v\x{85}\p{Z}\p{Cf}
{%- endmacro %}

{#-
    True for the words that programs write for null: SQL's NULL, NaN and None of Python, NaT and <NA> of pandas, and the \N of
    files that databases unload. A formula's #N/A, n/a and a hyphen are what somebody wrote, and are told.
    Argument: text (SQL, without blanks around it).
-#}
{% macro is_word_for_null(text) -%}
    lower({{ text }}) in ({{ sql_texts(["null", "nan", "none", "nat", "<na>", "\\n"]) }})
{%- endmacro %}

{#-
    Text as it came; empty is null, and so is \N, which nobody is called. Other words for null may be somebody's name: of a CSV
    file the reader takes them for null where they stand without quotes, and in other formats nobody can tell.
-#}
{% macro duckdb__to_text(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        case when {{ expression }} not in ('', '\N') then {{ expression }} end
    {%- else -%}
        nullif(cast({{ expression }} as varchar), '')
    {%- endif -%}
{%- endmacro %}

{#-
    A UTC timestamp without zone. Text may be ISO 8601 in its extended form, with seconds or without, or in its basic form
    with a time; or US-English (7/26/2024 3:04:05 PM), the way the outbound export and .NET write it. Either may end with
    an offset; without one it is UTC.
-#}
{% macro to_timestamp(expression, raw_type) -%}
    {{ return(adapter.dispatch("to_timestamp", "cij")(expression, raw_type)) }}
{%- endmacro %}

{% macro duckdb__to_timestamp(expression, raw_type) -%}
    {%- if raw_type == "TIMESTAMP WITH TIME ZONE" -%}
        {#- The same as timezone() alone, which takes twenty times as long and is needed for infinity only. #}
        case
            when isfinite({{ expression }}) then make_timestamp(epoch_us({{ expression }}))
            else timezone('UTC', {{ expression }})
        end
    {%- elif raw_type.startswith("TIMESTAMP") or raw_type == "DATE" -%}
        cast({{ expression }} as timestamp)
    {%- else -%}
        {%- set x = expression if raw_type == "VARCHAR" else "cast(" ~ expression ~ " as varchar)" -%}
        {#- What most files write first; a plain cast to timestamp ignores an offset. -#}
        {%- set seconds = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?" -%}
        case
            when regexp_matches({{ x }}, '^{{ seconds }}Z?$') then try_cast({{ x }} as timestamp)
            when regexp_matches({{ x }}, '^{{ seconds }}{{ _offset() }}$')
                then timezone('UTC', try_cast({{ x }} as timestamptz))
            when regexp_matches({{ x }}, '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}( [AP]M)?$')
                then try_strptime({{ x }}, ['%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %H:%M:%S'])
            when regexp_matches({{ x }}, '[0-9]')
                then {{ _unusual_time(x) }}
        end
    {%- endif -%}
{%- endmacro %}

{#- Any form of time. The marks that browsers put into one, of which way it is read, are no part of it. -#}
{% macro _unusual_time(x) -%}
    {%- set zone = " ?(Z|UTC|GMT|" ~ _offset() ~ ")" -%}
    {%- set clock = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?" -%}
    {%- set iso_day = "([0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})" -%}
    {%- set basic = "[0-9]{8}T[0-9]{4}([0-9]{2}([.,][0-9]+)?)?" -%}
    {%- set us_day, us_clock = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,4}", clock | replace("[.,]", "[.]") -%}
    {%- set local = "regexp_replace(time, '([T ].*[0-9M])" ~ zone ~ "$', '\\1')" -%}
    list_transform(
        [trim(regexp_replace(regexp_replace(upper({{ x }}), '\p{Cf}', '', 'g'), '[{{ _blanks() }}]+', ' ', 'g'))],
        lambda time: case
            when regexp_full_match(time, '{{ iso_day }}([T ]{{ clock }}({{ zone }})?)?|{{ basic }}({{ zone }})?')
                then {{ _at_offset(_iso_time(local), "time") }}
            when regexp_full_match(time, '{{ us_day }}(,? {{ us_clock }}( ?[AP]M)?({{ zone }})?)?')
                then {{ _at_offset(_us_time(local), "time") }}
        end
    )[1]
{%- endmacro %}

{#- How far a clock is ahead of UTC, at most fourteen hours. -#}
{% macro _offset() -%}
    [+-](?:0[0-9]|1[0-4])(?::?[0-9]{2})?
{%- endmacro %}

{#- A local time as UTC. Arguments: local (SQL timestamp), time (SQL text that may end with an offset). -#}
{% macro _at_offset(local, time) -%}
    {%- set offset = "regexp_extract(" ~ time ~ ", '[T ].*?(" ~ _offset() ~ ")$', 1)" -%}
    timezone('UTC', try_cast(cast({{ local }} as varchar) || coalesce(nullif({{ offset }}, ''), '+00') as timestamptz))
{%- endmacro %}

{#- A time in any form of ISO 8601, without offset, which becomes the one that a cast takes. -#}
{% macro _iso_time(text) -%}
    {%- set extended = namespace(sql=text) -%}
    {%- for pattern, replacement in [
        ("^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})", "\\1-\\2-\\3T\\4:\\5"),
        ("^([^:]*:[0-9]{2})([0-9]{2})", "\\1:\\2"),
        ("^([^:]*:[0-9]{2})$", "\\1:00"),
        (",", "."),
    ] -%}
        {%- set extended.sql = "regexp_replace(" ~ extended.sql ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "')" -%}
    {%- endfor -%}
    try_cast({{ extended.sql }} as timestamp)
{%- endmacro %}

{#- A time in US order, without offset. Of its fraction six digits count. -#}
{% macro _us_time(text) -%}
    {%- set clocks = ["", " %I:%M:%S %p", " %H:%M:%S", " %I:%M %p", " %H:%M", " %I:%M:%S.%f %p", " %H:%M:%S.%f"] -%}
    {%- set formats = [] -%}
    {%- for clock in clocks -%}{%- do formats.append("'%m/%d/%Y" ~ clock ~ "'") -%}{%- endfor -%}
    try_strptime(
        regexp_replace(
            regexp_replace(replace({{ text }}, ', ', ' '), '([0-9])([AP]M)$', '\1 \2'), '[.]([0-9]{1,6})[0-9]*', '.\1'
        ),
        [{{ formats | join(", ") }}]
    )
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

{#-
    True where a raw value is more than nothing: blank text is nothing, and so are words for null, and NaN, the null of many
    programs. For ids, numbers, times and booleans.
-#}
{% macro is_there(expression, raw_type) -%}
    {{ return(adapter.dispatch("is_there", "cij")(expression, raw_type)) }}
{%- endmacro %}

{% macro duckdb__is_there(expression, raw_type) -%}
    {%- if raw_type == "VARCHAR" -%}
        {%- set bare = "regexp_replace(" ~ expression ~ ", '^[" ~ _blanks() ~ "]+|[" ~ _blanks() ~ "]+$', '', 'g')" -%}
        not ({{ bare }} = '' or {{ is_word_for_null(bare) }})
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

{#- An object or a list in JSON; one that was written as a text within JSON, as some tools do, is unpacked. -#}
{% macro duckdb__to_json(expression) -%}
    list_transform(
        [try_cast(cast({{ expression }} as varchar) as json)],
        lambda document: case
            when json_type(document) in ('OBJECT', 'ARRAY') then document
            when
                json_type(document) = 'VARCHAR'
                and json_type(try_cast(document ->> '$' as json)) in ('OBJECT', 'ARRAY')
                then try_cast(document ->> '$' as json)
        end
    )[1]
{%- endmacro %}

{#-
    A value's shape: every letter as x and every digit as 9, because an address or a number may stand in any column.
    What can only be a date, or a number of four digits, stays. Argument: text (SQL). Returns: SQL, at most 200 characters.
-#}
{% macro masked(text) -%}
    {{ return(adapter.dispatch("masked", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__masked(text) -%}
    case
        when regexp_full_match({{ text }}, '{{ _shown_as_it_is() }}') then {{ text }}
        else {{ shape_of(text) }}
    end
{%- endmacro %}

{#- A regular expression for what is nothing but a date or a number of up to four digits. -#}
{% macro _shown_as_it_is() -%}
    {%- set day, year = "(0?[1-9]|[12][0-9]|3[01])", "[0-9]{4}" -%}
    {%- set time = "[T ][0-9]{1,2}(:[0-9]{2}){1,2}([.][0-9]+)? ?([AP]M|Z|[+-][0-9]{2}:?[0-9]{2})?" -%}
    {%- set dates = [year ~ "([-/.]" ~ day ~ "){2}", "(" ~ day ~ "[-/.]){2}" ~ year] -%}
    [0-9]{1,4}|({{ dates | join("|") }})({{ time }})?
{%- endmacro %}
