{#-
    Regular expressions that are written for DuckDB, as Java reads them. Each returns SQL.

    java_pattern(pattern): the literal. Argument: pattern (text in RE2's syntax; possessive and lookaround parts may stand in
        it). Java's own meaning differs: \s takes a vertical tab, \b letters of every script, a dot no carriage return, $
        goes before a last newline, and (?i) doesn't know that s and k have one more sign each. Classes of letters only are
        taken for parts of an expression with (?i).
    java_replaced(value, pattern, replacement): with all matches replaced; $1 is a group.
-#}
{% macro java_pattern(pattern) -%}
    {%- set word = "[0-9A-Za-z_]" -%}
    {%- set meaning = {
        ".": "[^\\n]", "$": "\\z", "\\s": "[\\t\\n\\f\\r ]", "\\S": "[^\\t\\n\\f\\r ]",
        "\\b": "(?:(?<=" ~ word ~ ")(?!" ~ word ~ ")|(?<!" ~ word ~ ")(?=" ~ word ~ "))",
        "s": "[s\\x{17F}]", "k": "[k\\x{212A}]", "[a-z]": "[a-z\\x{17F}\\x{212A}]",
    } -%}
    {%- set parts = [] -%}
    {%- for part in modules.re.findall("\\\\[pPx]\\{[^}]*\\}|\\\\.|\\[(?:\\\\.|[^\\]\\\\])*\\]|[^\\\\\\[]", pattern) -%}
        {%- if part in meaning -%}
            {%- do parts.append(meaning[part]) -%}
        {%- elif part[0] == "[" and modules.re.fullmatch("\\[[a-z]*s[a-z]*\\]", part) -%}
            {%- do parts.append(part[:-1] ~ "\\x{17F}]") -%}
        {%- else -%}
            {%- do parts.append(part | replace("\\s", "\\t\\n\\f\\r ") if part[0] == "[" else part) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(sql_text(parts | join)) }}
{%- endmacro %}

{% macro java_replaced(value, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ value ~ ", " ~ java_pattern(pattern) ~ ", " ~ sql_text(replacement) ~ ")") }}
{%- endmacro %}
