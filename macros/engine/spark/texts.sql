{#- Unicode has seventeen blanks; Spark's own trim knows one. -#}
{% macro default__trimmed(value) -%}
    btrim({{ value }}, {{ sql_text("\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000") }})
{%- endmacro %}

{#- Java makes two letters of one, and another one at the end of a word. -#}
{% macro default__lower_case(value) -%}
    lower(translate({{ value }}, {{ sql_text("\u0130\u03a3") }}, {{ sql_text("i\u03c3") }}))
{%- endmacro %}

{#- What Java writes as several letters is hidden from it. The word holds no signs for private use. -#}
{% macro default__upper_case(word) -%}
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
