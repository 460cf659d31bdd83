{#-
    What becomes of personal data; addresses.sql finds the addresses within texts. All take: value (SQL text). Return:
    SQL, null for null.

    keyed_hash(value): 32 hex digits that are the same for every way to write the value's capitals and the blanks around
        it, and that nobody can work out who hasn't the key: see macros/privacy/pii_key.sql. Only in statements whose
        result is stored, never in a view: other sessions lack the key.
    keyed_hash_of_id(value): such digits of an id as to_id leaves it; ids that differ in capitals are two.
    shape_of(value): every letter as x and every digit as 9, at most 200 characters. Letters in circles and the like count.
    looks_like_key(value): true for ids of every kind, also those that aren't guids, and for nothing that holds an address.
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
    left(sha256({{ pii_key() }} || lower(trim({{ value }}))), 32)
{%- endmacro %}

{% macro keyed_hash_of_id(value) -%}
    {{ return(adapter.dispatch("keyed_hash_of_id", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__keyed_hash_of_id(value) -%}
    left(sha256({{ pii_key() }} || {{ value }}), 32)
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
    regexp_replace(regexp_replace(left({{ value }}, 200), '\p{N}', '9', 'g'), '[\p{L}\p{M}\p{So}\p{Co}]', 'x', 'g')
{%- endmacro %}

{% macro looks_like_key(value) -%}
    {{ return(adapter.dispatch("looks_like_key", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__looks_like_key(value) -%}
    regexp_full_match({{ value }}, '[0-9A-Za-z{}_:.+/|~-]*={0,2}')
{%- endmacro %}

{% macro is_short_answer(value) -%}
    {{ return(adapter.dispatch("is_short_answer", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__is_short_answer(value) -%}
    ({{ yes_or_no(value) }} is not null or regexp_full_match(trim({{ value }}), '-?[0-9]{1,4}([.][0-9]{1,4})?'))
{%- endmacro %}
