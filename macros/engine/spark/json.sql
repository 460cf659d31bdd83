{#-
    JSON on Spark, whose own functions don't tell a text from a number, nor read a path with an odd name. So a document is
    rewritten first: every object becomes a list, and every value a text that begins with what it is.

        {"a": [1, "x"], "b": null}   →   ["o0", "ka", ["a2", "n1", "sx"], "kb", "nnull"]

    k: a name, s: a text, n: a number or another bare word, o and a: the beginning of an object or a list, with a number that
    grows from one to the next as they stand in the document. Names that come twice stay twice, in their order.

    json_coded(document): a document, rewritten. Argument: document (SQL text, JSON).
    json_members(coded): its members, as they stand there. Argument: coded (SQL text). Returns: SQL, a list of texts; null for
        what is no object or list.
    json_at(members, path): a member of a member. Arguments: members (SQL list), path (names with dots between them;
        name[0] is the first of a list). Returns: SQL, a coded text; one that says nothing, or null, where there is none.

    Of a document that is nested deeper than 900 levels, or by 100 at once, which Spark's reader can't take, what stands before
    that is read.
-#}
{% macro json_coded(document) -%}
    {%- set text = '"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+"' -%}
    {%- set openings = "length(%s) - length(replace(replace(%s, '{', ''), '[', ''))" | replace("%s", document) -%}
    {%- set tokens = "regexp_extract_all(" ~ document ~ ", " ~ sql_text(text ~ '[ \\t\\r\\n]*+:?|[^"]++') ~ ", 0)" -%}
    case
        when {{ openings }} > 900 then transform(
            array({{ _until_too_deep(tokens) }}),
            upper -> concat(
                regexp_replace({{ _json_of_tokens("upper.tokens") }}, {{ sql_text(",\\z") }}, ''), repeat(']', upper.depth)
            )
        )[0]
        else {{ _json_of_tokens(tokens) }}
    end
{%- endmacro %}

{#- A text is followed by a colon where it is a name. What is no text holds all brackets, commas and bare words. -#}
{% macro _json_of_tokens(tokens) -%}
    {%- set words = "regexp_replace(token, " ~ sql_text("[-+.0-9A-Za-z]++") ~ ", " ~ sql_text('"n$0"') ~ ")" -%}
    array_join(
        transform({{ tokens }}, (token, place) -> case
            when token like '"%:' then concat('"k', substring(token, 2, length(token) - 2), ',')
            when token like '"%' then concat('"s', substring(token, 2))
            when token in (',', ', ') then ','
            else regexp_replace(
                translate(
                    replace(
                        replace({{ words }}, '[', concat('["a', place, '",')),
                        '{', concat('["o', place, '",')
                    ),
                    '}', ']'
                ),
                {{ sql_text(",\\s*\\]") }}, ']'
            )
        end),
        ''
    )
{%- endmacro %}

{#- The tokens before the first that leads too deep, and how deep they end. Returns: SQL, a struct. -#}
{% macro _until_too_deep(tokens) -%}
    transform(
        array({{ tokens }}),
        tokens -> aggregate(
            tokens,
            named_struct('depth', 0, 'next_depth', 0, 'number', 0),
            (upper, token) -> case
                when upper.next_depth > 900 then upper
                else named_struct(
                    'depth', upper.next_depth,
                    'next_depth', upper.next_depth + case
                        when token like '"%' then 0
                        when token rlike {{ sql_text("([\\[{][^\\[{\\]}]*+){100}") }} then 901
                        else length(translate(token, ']}', '')) - length(translate(token, '[{', ''))
                    end,
                    'number', upper.number + 1
                )
            end,
            upper -> case
                when upper.next_depth > 900
                    then named_struct('tokens', slice(tokens, 1, upper.number - 1), 'depth', upper.depth)
                else named_struct('tokens', tokens, 'depth', 0)
            end
        )
    )[0]
{%- endmacro %}

{% macro json_members(coded) -%}
    from_json({{ coded }}, 'array<string>', map('maxNestingDepth', '1000'))
{%- endmacro %}

{% macro json_at(members, path) -%}
    {%- set found = namespace(value="", of=members) -%}
    {%- for part in path.replace("[0]", ".[0]").split(".") -%}
        {%- set of = "within" if "(" in found.of else found.of -%}
        {%- set place = "1" if part == "[0]" else "array_position(" ~ of ~ ", 'k" ~ part ~ "')" -%}
        {%- set member = "get(" ~ of ~ ", " ~ place ~ ")" -%}
        {%- set found.value = member if of == found.of
            else "transform(array(" ~ found.of ~ "), within -> " ~ member ~ ")[0]" -%}
        {%- set found.of = json_members(found.value) -%}
    {%- endfor -%}
    {{ found.value }}
{%- endmacro %}

{#-
    What coded values say; null for anything else. Argument: value (SQL, a name or a column: it is said more than once).
    json_text: a text. json_stated: a text without blanks around it. json_id: an id, from a text or a whole number.
    json_scalar: a text, or a number as it is written.
-#}
{% macro json_text(value) -%}
    case when {{ value }} like 's%' then substring({{ value }}, 2) end
{%- endmacro %}

{#- What DuckDB's trim() takes away: Spark's leaves all but the plain space. -#}
{% macro json_stated(value) -%}
    {%- set spaces = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" -%}
    nullif(trim(both {{ sql_text(spaces) }} from {{ json_text(value) }}), '')
{%- endmacro %}

{% macro json_scalar(value) -%}
    case when {{ value }} rlike '^[sn]' and {{ value }} != 'nnull' then substring({{ value }}, 2) end
{%- endmacro %}

{% macro json_id(value) -%}
    {%- set number = "try_cast(substring(" ~ value ~ ", 2) as decimal(38, 0))" -%}
    transform(
        array(case
            when {{ value }} rlike {{ sql_text("^n-?[0-9]+\\z") }}
                and {{ number }} between -9223372036854775808 and 18446744073709551615
                then cast({{ number }} as string)
            else {{ json_text(value) }}
        end),
        id -> {{ to_id("id") }}
    )[0]
{%- endmacro %}

{#-
    What the first of several coded values says that says something. Arguments: values (list of SQL), said (one of the macros
    above). Returns: SQL.
-#}
{% macro json_first(values, said) -%}
    get(filter(transform(array({{ values | join(", ") }}), value -> {{ said("value") }}), value -> value is not null), 0)
{%- endmacro %}
