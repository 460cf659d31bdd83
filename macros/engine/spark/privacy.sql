{% macro default__keyed_hash(value) -%}
    left(sha2({{ pii_key() }} || {{ java_lower(java_trim(value)) }}, 256), 32)
{%- endmacro %}

{% macro default__keyed_hash_of_id(value) -%}
    left(sha2({{ pii_key() }} || {{ value }}, 256), 32)
{%- endmacro %}

{% macro default__or_fail(value, message) -%}
    coalesce({{ value }}, raise_error({{ sql_text(message) }}))
{%- endmacro %}

{#- Letters and signs that are younger than Java's own Unicode (13 in Java 17, 15 in DuckDB) stay as they are. -#}
{% macro default__shape_of(value) -%}
    {{ java_replaced(java_replaced("left(" ~ value ~ ", 200)", "\\p{N}", "9"), "[\\p{L}\\p{M}\\p{So}\\p{Co}]", "x") }}
{%- endmacro %}

{% macro default__looks_like_key(value) -%}
    {{ value }} rlike {{ java_pattern("^[0-9A-Za-z{}_:.+/|~-]*={0,2}$") }}
{%- endmacro %}

{% macro default__is_short_answer(value) -%}
    {%- set trimmed = java_trim(value) -%}
    (
        {{ yes_or_no(java_lower(trimmed)) }} is not null
        or {{ trimmed }} rlike {{ java_pattern("^-?[0-9]{1,4}([.][0-9]{1,4})?$") }}
    )
{%- endmacro %}

{#-
    What DuckDB does with a text, which Java does in its own way. Each returns SQL.

    java_trim(value): without the blanks around it, of which Unicode has seventeen; Spark's own trim knows one.
    java_lower(value): in lower case, one letter for each; Java makes two of one and another one at the end of a word.
    java_upper(word): the same in upper case, of a word without signs for private use.
-#}
{% macro java_trim(value) -%}
    btrim({{ value }}, {{ sql_text("\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000") }})
{%- endmacro %}

{% macro java_lower(value) -%}
    lower(translate({{ value }}, {{ sql_text("\u0130\u03a3") }}, {{ sql_text("i\u03c3") }}))
{%- endmacro %}

{#- What Java writes as several letters is hidden from it. -#}
{% macro java_upper(word) -%}
    {%- set letters = "\u00df\u0149\u01f0\u0390\u03b0\u0587\u1e96\u1e97\u1e98\u1e99\u1e9a\u1f50\u1f52\u1f54\u1f56\u1fb2\u1fb3\u1fb4\u1fb6"
        ~ "\u1fb7\u1fbc\u1fc2\u1fc3\u1fc4\u1fc6\u1fc7\u1fcc\u1fd2\u1fd3\u1fd6\u1fd7\u1fe2\u1fe3\u1fe4\u1fe6\u1fe7\u1ff2\u1ff3\u1ff4\u1ff6"
        ~ "\u1ff7\u1ffc\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06\ufb13\ufb14\ufb15\ufb16\ufb17" -%}
    {%- set capitals = {"\u00df": "\u1e9e", "\u1fb3": "\u1fbc", "\u1fc3": "\u1fcc", "\u1ff3": "\u1ffc"} -%}
    {%- set found, hidden, shown = [], [], [] -%}
    {%- for letter in letters -%}
        {%- do found.append(letter) -%}{%- do shown.append(capitals.get(letter, letter)) -%}
    {%- endfor -%}
    {#- Greek letters with a iota: three rows of eight small ones with their eight capitals behind them. -#}
    {%- for code in range(8064, 8112) -%}
        {%- do found.append("%c" % code) -%}{%- do shown.append("%c" % (code if code % 16 >= 8 else code + 8)) -%}
    {%- endfor -%}
    {%- for letter in found -%}{%- do hidden.append("%c" % (57344 + loop.index)) -%}{%- endfor -%}
    {%- set inner = "translate(" ~ word ~ ", " ~ sql_text(found | join) ~ ", " ~ sql_text(hidden | join) ~ ")" -%}
    translate(upper({{ inner }}), {{ sql_text(hidden | join) }}, {{ sql_text(shown | join) }})
{%- endmacro %}
