{#-
    What becomes of personal data. All take: value (SQL text). Return: SQL, null for null.

    keyed_hash(value): 32 hex digits that are the same for every way to write the value's capitals and the blanks around
        it, and that nobody can work out who hasn't the key: see macros/privacy/pii_key.sql. Only in statements whose
        result is stored, never in a view: other sessions lack the key.
    keyed_hash_of_id(value): the same, in two thirds of the time, of an id as to_id leaves it.
    shape_of(value): every letter as x and every digit as 9, at most 200 characters.
    without_addresses(value): a text that the product wrote, in which it may quote an address: each e-mail address,
        network address and run of eight digits or more becomes <email>, <ip> or <number>; all else stays.
    without_parameters(value): the address of a page without its query and fragment, save the query's utm_ values, which
        name a campaign; an e-mail address in what is left becomes <email>.
    is_short_answer(value): true for yes or no in all their forms, and for a number of up to four digits.
-#}
{% macro keyed_hash(value) -%}
    {{ return(adapter.dispatch("keyed_hash", "cij")(value)) }}
{%- endmacro %}

{#-
    The key has a fixed length and half of the hash is shown, so one round does what an HMAC does with two, in half the
    time: nobody can make one hash out of another. Whatever else stands in this expression, even a check whether there is
    a key, costs as much again over millions of rows.
-#}
{% macro duckdb__keyed_hash(value) -%}
    left(sha256(getvariable('cij_pii_key') || lower(trim({{ value }}))), 32)
{%- endmacro %}

{% macro keyed_hash_of_id(value) -%}
    {{ return(adapter.dispatch("keyed_hash_of_id", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__keyed_hash_of_id(value) -%}
    left(sha256(getvariable('cij_pii_key') || {{ value }}), 32)
{%- endmacro %}

{#- A value that fails the statement where it is null, with one message. Arguments: value (SQL text), message (text). -#}
{% macro or_fail(value, message) -%}
    {{ return(adapter.dispatch("or_fail", "cij")(value, message)) }}
{%- endmacro %}

{% macro duckdb__or_fail(value, message) -%}
    coalesce({{ value }}, error({{ sql_text(message) }}))
{%- endmacro %}

{% macro shape_of(value) -%}
    {{ return(adapter.dispatch("shape_of", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__shape_of(value) -%}
    regexp_replace(regexp_replace(left({{ value }}, 200), '\p{N}', '9', 'g'), '[\p{L}\p{M}]', 'x', 'g')
{%- endmacro %}

{% macro without_addresses(value) -%}
    {{ return(adapter.dispatch("without_addresses", "cij")(value)) }}
{%- endmacro %}

{#- Most texts hold nothing that looks like an address, and one look is cheaper than three replacements. -#}
{% macro duckdb__without_addresses(value) -%}
    {%- set digits = "[+]?[0-9]([-/ ().]{0,2}[0-9]){7,}" -%}
    {%- set ip = "\\b[0-9]{1,3}([.][0-9]{1,3}){3}\\b|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,}" -%}
    case
        when regexp_matches({{ value }}, '@|%40|[0-9]([-/ ().]{0,2}[0-9]){3}|:[^:]*:[^:]*:')
            then regexp_replace(
                regexp_replace({{ _without_email_addresses(value) }}, '{{ ip }}', '<ip>', 'g'),
                '{{ digits }}', '<number>', 'g'
            )
        else {{ value }}
    end
{%- endmacro %}

{#- In the addresses of pages an @ may be written %40. -#}
{% macro _without_email_addresses(value) -%}
    {%- set part = "[^\\s@/?&=<>(),;:\"'']+" -%}
    regexp_replace({{ value }}, '{{ part }}(@|%40){{ part }}', '<email>', 'g')
{%- endmacro %}

{% macro without_parameters(value) -%}
    {{ return(adapter.dispatch("without_parameters", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__without_parameters(value) -%}
    {%- set query = "split_part(split_part(" ~ value ~ ", '#', 1), '?', 2)" -%}
    {%- set campaign = "regexp_extract_all(" ~ query ~ ", '(?:^|&)(utm_[a-z]+=[^&]*)', 1, 'i')" -%}
    {%- set kept = duckdb__url_without_query(value) ~ " || case when " ~ query ~ " ilike '%utm_%' then '?' || array_to_string("
        ~ campaign ~ ", '&') else '' end" -%}
    {{ _without_email_addresses(kept) }}
{%- endmacro %}

{% macro is_short_answer(value) -%}
    {{ return(adapter.dispatch("is_short_answer", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__is_short_answer(value) -%}
    ({{ yes_or_no(value) }} is not null or regexp_full_match(trim({{ value }}), '-?[0-9]{1,4}([.][0-9]{1,4})?'))
{%- endmacro %}
