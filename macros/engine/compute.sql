{#-
    Time arithmetic, hashes and other functions whose names or meaning differ between engines.
-#}

{#- Seconds from one timestamp to another, with fractions, as double; null where either is null. -#}
{% macro seconds_between(start_at, end_at) -%}
    {{ return(adapter.dispatch("seconds_between", "cij")(start_at, end_at)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start_at, end_at) -%}
    (epoch_us({{ end_at }}) - epoch_us({{ start_at }})) / 1000000.0
{%- endmacro %}

{#- The instant at which the run began, UTC, as a timestamp. -#}
{% macro run_started() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{#- The latest time, as a timestamp, that no wrong clock is needed for: local times taken for UTC are hours ahead. -#}
{% macro latest_credible_time() -%}
    {{ run_started() }} + interval 1 day
{%- endmacro %}

{#- Every day from first_date to last_date (ISO dates as text), as a table expression with the column date_day. -#}
{% macro date_series(first_date, last_date) -%}
    {{ return(adapter.dispatch("date_series", "cij")(first_date, last_date)) }}
{%- endmacro %}

{% macro duckdb__date_series(first_date, last_date) -%}
    (
        select cast(generated.day_start as date) as date_day
        from generate_series(
            cast('{{ first_date }}' as timestamp), cast('{{ last_date }}' as timestamp), interval 1 day
        ) as generated (day_start)
    )
{%- endmacro %}

{#- A cheap 64-bit hash of several expressions: equal values give equal hashes, unequal ones may collide. -#}
{% macro quick_hash(expressions) -%}
    {{ return(adapter.dispatch("quick_hash", "cij")(expressions)) }}
{%- endmacro %}

{% macro duckdb__quick_hash(expressions) -%}
    hash({{ expressions | join(", ") }})
{%- endmacro %}

{#- The column that tells one stored row of a table from all others, within one statement's view of it. -#}
{% macro row_address() -%}
    {{ return(adapter.dispatch("row_address", "cij")()) }}
{%- endmacro %}

{% macro duckdb__row_address() -%}rowid{%- endmacro %}

{#- The words that can't name a column. Returns: a list. -#}
{% macro reserved_words() -%}
    {{ return(adapter.dispatch("reserved_words", "cij")()) }}
{%- endmacro %}

{% macro duckdb__reserved_words() -%}
    {%- set words = [duckdb__row_address()] -%}
    {%- for row in run_query("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'").rows -%}
        {%- do words.append(row[0]) -%}
    {%- endfor -%}
    {{ return(words) }}
{%- endmacro %}

{#- The p-quantile (0 to 1) of a number, interpolated between neighbours; null over no rows. -#}
{% macro quantile(expression, p) -%}
    {{ return(adapter.dispatch("quantile", "cij")(expression, p)) }}
{%- endmacro %}

{% macro duckdb__quantile(expression, p) -%}
    quantile_cont({{ expression }}, {{ p }})
{%- endmacro %}

{#-
    Put between a CTE's name and its body.

    inline_cte: read it anew at each use instead of keeping all of it in memory.
    stored_cte: keep all of it in memory.
-#}
{% macro inline_cte() -%}
    {{ return(adapter.dispatch("inline_cte", "cij")()) }}
{%- endmacro %}

{% macro duckdb__inline_cte() -%}not materialized{%- endmacro %}

{% macro stored_cte() -%}
    {{ return(adapter.dispatch("stored_cte", "cij")()) }}
{%- endmacro %}

{% macro duckdb__stored_cte() -%}materialized{%- endmacro %}

{#- The domain of an e-mail address, lower case; null where there is none. -#}
{% macro email_domain_of(address) -%}
    {{ return(adapter.dispatch("email_domain_of", "cij")(address)) }}
{%- endmacro %}

{% macro duckdb__email_domain_of(address) -%}
    {%- set domain = "lower(trim(split_part(" ~ address ~ ", '@', -1)))" -%}
    {#- Behind a domain a comment may follow, or one more address. #}
    case
        when regexp_matches({{ address }}, '@.*[^0-9A-Za-z._-]')
            then nullif(regexp_extract({{ domain }}, '^[\p{L}\p{M}\p{N}._-]+'), '')
        when contains({{ address }}, '@') then nullif({{ domain }}, '')
    end
{%- endmacro %}

{#-
    The first word of a text in upper case, without punctuation; null where there is none.

    first_word: null also where an address begins with it.
    word_at_start: whatever it begins.
-#}
{% macro first_word(text) -%}
    case when not {{ is_before_address(text) }} then {{ word_at_start(text) }} end
{%- endmacro %}

{% macro word_at_start(text) -%}
    {{ return(adapter.dispatch("word_at_start", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__word_at_start(text) -%}
    nullif(upper(regexp_extract({{ text }}, '[\p{L}\p{N}]+')), '')
{%- endmacro %}

{#- The letters and digits of a text, in lower case. -#}
{% macro letters_and_digits(text) -%}
    {{ return(adapter.dispatch("letters_and_digits", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__letters_and_digits(text) -%}
    regexp_replace(lower({{ text }}), '[^\p{L}\p{N}]', '', 'g')
{%- endmacro %}

{#- True where a text has one word and otherwise blanks and punctuation at most. -#}
{% macro is_one_word(text) -%}
    {{ return(adapter.dispatch("is_one_word", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__is_one_word(text) -%}
    regexp_full_match({{ text }}, '[^\p{L}\p{N}]*[\p{L}\p{N}]+[^\p{L}\p{N}]*')
{%- endmacro %}

{#- The day of the week, Monday = 1 to Sunday = 7, as integer. -#}
{% macro iso_day_of_week(day) -%}
    {{ return(adapter.dispatch("iso_day_of_week", "cij")(day)) }}
{%- endmacro %}

{% macro duckdb__iso_day_of_week(day) -%}
    cast(isodow({{ day }}) as integer)
{%- endmacro %}

{#-
    The rows that fail a condition of several, once for each that they fail.

    Arguments: rejects (list of {condition, column_name, reason, raw_value}, each SQL), kept (dict name -> SQL, of every
    row), source (what follows `from`). Returns: a table expression with the columns of kept, column_name, reason and
    raw_value.
-#}
{% macro unnested_rejects(rejects, kept, source) -%}
    {%- set structs = [] -%}
    {%- for reject in rejects -%}
        {%- set told = {"column_name": reject.column_name, "reason": reject.reason, "raw_value": reject.raw_value} -%}
        {%- do structs.append("case when " ~ reject.condition ~ " then " ~ struct_of(told) ~ " end") -%}
    {%- endfor -%}
    (
        select
            {{ kept.keys() | join(", ") }},
            reject.column_name,
            reject.reason,
            reject.raw_value
        from (
            select
                {%- for name, expression in kept.items() %}
                {{ expression }} as {{ name }},
                {%- endfor %}
                {{ each_of(list_of(structs)) }} as reject
            from {{ source }}
        ) as unnested
        where reject is not null
    )
{%- endmacro %}

{#-
    list_of(items): a list. Argument: items (list of SQL of one type). Returns: SQL.
    struct_of(fields): a struct. Argument: fields (dict name -> SQL). Returns: SQL.
    each_of(list): a row for each element of a list, none for an empty one. Argument: list (SQL). Returns: SQL, for a select.
-#}
{% macro list_of(items) -%}
    {{ return(adapter.dispatch("list_of", "cij")(items)) }}
{%- endmacro %}

{% macro duckdb__list_of(items) -%}
    [{{ items | join(", ") }}]
{%- endmacro %}

{% macro struct_of(fields) -%}
    {{ return(adapter.dispatch("struct_of", "cij")(fields)) }}
{%- endmacro %}

{% macro duckdb__struct_of(fields) -%}
    { {%- for name, value in fields.items() %}'{{ name }}': {{ value }}{{ ", " if not loop.last }}{% endfor -%} }
{%- endmacro %}

{% macro each_of(list) -%}
    {{ return(adapter.dispatch("each_of", "cij")(list)) }}
{%- endmacro %}

{% macro duckdb__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{#-
    first_by, last_by: the value of an expression in the row that comes first or last by several others, even if it is
        null there. Null sorts last in first_by and first in last_by, so that a row without a time loses in both.
    Aggregates. Arguments: expression, order (list of SQL expressions), filter (a condition that rows must meet).
-#}
{% macro first_by(expression, order, filter) -%}
    {{ return(adapter.dispatch("first_by", "cij")(expression, order, filter)) }}
{%- endmacro %}

{% macro duckdb__first_by(expression, order, filter) -%}
    arg_min_null({{ expression }}, row({{ order | join(", ") }})) filter (where {{ filter }})
{%- endmacro %}

{% macro last_by(expression, order, filter) -%}
    {{ return(adapter.dispatch("last_by", "cij")(expression, order, filter)) }}
{%- endmacro %}

{% macro duckdb__last_by(expression, order, filter) -%}
    {%- set ranked = [] -%}
    {%- for part in order -%}{%- do ranked.append(part ~ " is not null, " ~ part) -%}{%- endfor -%}
    arg_max_null({{ expression }}, row({{ ranked | join(", ") }})) filter (where {{ filter }})
{%- endmacro %}

{#- The number that a text is, as double; null where it is none. -#}
{% macro number_in(text) -%}
    {{ return(adapter.dispatch("number_in", "cij")(text)) }}
{%- endmacro %}

{% macro duckdb__number_in(text) -%}
    case when isfinite(try_cast(trim({{ text }}) as double)) then try_cast(trim({{ text }}) as double) end
{%- endmacro %}

{#- The last value in a window that isn't null: what stands before `over`. -#}
{% macro last_known(expression) -%}
    {{ return(adapter.dispatch("last_known", "cij")(expression)) }}
{%- endmacro %}

{% macro duckdb__last_known(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}

{#-
    A union of many selects, for a `from`, put together so that a small one costs little. Argument: relation (name of a CTE).
    Returns: a table expression by the same name.
-#}
{% macro in_few_parts(relation) -%}
    {{ return(adapter.dispatch("in_few_parts", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__in_few_parts(relation) -%}
    {{ relation }}
{%- endmacro %}
