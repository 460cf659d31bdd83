{#-
    A JSON object or list, as text. Spark's own readers take what is no JSON (single quotes, anything after the document),
    so that grammar is checked here: the signs by one regular expression, and how they nest by taking away what is
    innermost, level by level. Deeper than a thousand levels nothing can be read on Spark, and is null.
-#}

{% macro default__to_json(expression, raw_type) -%}
    {%- set text = _spark_text(expression, raw_type) -%}
    {%- set blank = "[ \\t\\n\\r]*+" -%}
    coalesce(
        {{ _json_container(text) }},
        {{ _json_container(
            "get(from_json(case when " ~ text ~ " rlike " ~ sql_text("^" ~ blank ~ _json_string() ~ blank ~ "\\z")
            ~ " then concat('[', " ~ text ~ ", ']') end, 'array<string>'), 0)"
        ) }}
    )
{%- endmacro %}

{#- Regular expressions: a text within JSON, with its quotes; a number or a word, NaN and infinity as DuckDB takes them. -#}
{% macro _json_string() -%}
    {%- set plain, hex = '[^"\\\\\\x00-\\x1f]*+', "[0-9a-fA-F]" -%}
    {%- set pair = "u[dD][89abAB]" ~ hex ~ "{2}\\\\u[dD][c-fC-F]" ~ hex ~ "{2}" -%}
    "{{ plain }}(?:\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F]){{ hex }}{4}|{{ pair }}){{ plain }})*+"
{%- endmacro %}

{% macro _json_word() -%}
    {%- set number = "(?:0|[1-9][0-9]*+)(?:[.][0-9]++)?(?:[eE][+-]?[0-9]++)?" -%}
    (?:true|false|null|-?(?:{{ number }}|(?i:nan|inf(?:inity)?)))(?![0-9A-Za-z+.-])
{%- endmacro %}

{#- A text that is a JSON object or list, or else null. The comma behind the last member that DuckDB takes is left out. -#}
{% macro _json_container(text) -%}
    {%- set blank = "[ \\t\\n\\r]*+" -%}
    {%- set signs = [_json_string(), _json_word(), "[\\]\\[{}:,]"] | join("|") -%}
    {%- set comma = ",(?=" ~ blank ~ "[}\\]])" -%}
    get(transform(array({{ text }}), document -> case
        when
            document rlike {{ sql_text("^" ~ blank ~ "(?=[\\[{])(?:(?:" ~ signs ~ ")" ~ blank ~ ")++\\z") }}
            and {{ _json_reduced("document") }} = '0'
            then regexp_replace(document, {{ sql_text("(" ~ _json_string() ~ ")|" ~ comma) }}, '$1')
    end), 0)
{%- endmacro %}

{#- What is left of JSON (" for a text, 0 for any other value) when all that is whole has become 0. -#}
{% macro _json_reduced(document) -%}
    {%- set object = '[{](?:":["0](?:,":["0])*+,?)?[}]' -%}
    {%- set list = '\\[(?:["0](?:,["0])*+,?)?\\]' -%}
    aggregate(
        sequence(1, least(1000, length({{ document }}) - length(translate({{ document }}, ']}', '')))),
        regexp_replace(regexp_replace(regexp_replace(
            {{ document }}, {{ sql_text(_json_string()) }}, '"'
        ), '[0-9A-Za-z+.-]+', '0'), {{ sql_text("[ \\t\\n\\r]+") }}, ''),
        (skeleton, level) -> case
            when skeleton = '0' then skeleton
            else regexp_replace(skeleton, {{ sql_text(object ~ "|" ~ list) }}, '0')
        end
    )
{%- endmacro %}
