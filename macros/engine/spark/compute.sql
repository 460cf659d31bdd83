{% macro default__seconds_between(start_at, end_at) -%}
    (unix_micros({{ end_at }}) - unix_micros({{ start_at }})) / 1e6
{%- endmacro %}

{#- Spark counts backwards where the last day is before the first. -#}
{% macro default__date_series(first_date, last_date) -%}
    {%- set first, last = "date '" ~ first_date ~ "'", "date '" ~ last_date ~ "'" -%}
    (select explode(case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}, interval 1 day) end) as date_day)
{%- endmacro %}

{#- xxhash64 passes over what is null, so it is told which are. -#}
{% macro default__quick_hash(expressions) -%}
    xxhash64({% for expression in expressions %}{{ expression }} is null, {{ expression }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro default__row_address() -%}
    {%- do exceptions.raise_compiler_error("Spark has no address of a row; what needs one is built on DuckDB only") -%}
{%- endmacro %}

{#- Spark's own list, which it keeps where spark.sql.ansi.enforceReservedKeywords is set. -#}
{% macro default__reserved_words() -%}
    {{ return((
        "all and any as authorization both call case cast check collate collation collations column constraint create cross "
        ~ "current_date current_path current_schema current_time current_timestamp current_user distinct else end escape except "
        ~ "execute false fetch filter for foreign from full grant group having in inner intersect into is join lateral leading "
        ~ "left localtime natural not null offset on only or order outer overlaps primary recursive references right select "
        ~ "session_user some sql table then time to trailing union unique unknown user using when where with within"
    ).split()) }}
{%- endmacro %}

{% macro default__quantile(expression, p) -%}
    percentile({{ expression }}, {{ p }})
{%- endmacro %}

{#- Spark reads what a CTE reads anew at each use, and has no word for it. -#}
{% macro default__inline_cte() -%}{%- endmacro %}

{% macro default__stored_cte() -%}{%- endmacro %}

{% macro default__email_domain_of(address) -%}
    {%- set domain = lower_case(trimmed("split_part(" ~ address ~ ", '@', -1)")) -%}
    case
        when {{ address }} rlike {{ java_pattern("@.*[^0-9A-Za-z._-]") }}
            then nullif(regexp_extract({{ domain }}, {{ java_pattern("^[\\p{L}\\p{M}\\p{N}._-]+") }}, 0), '')
        when contains({{ address }}, '@') then nullif({{ domain }}, '')
    end
{%- endmacro %}

{% macro default__word_at_start(text) -%}
    nullif({{ upper_case("regexp_extract(" ~ text ~ ", " ~ java_pattern("[\\p{L}\\p{N}]+") ~ ", 0)") }}, '')
{%- endmacro %}

{% macro default__letters_and_digits(text) -%}
    {{ java_replaced(lower_case(text), "[^\\p{L}\\p{N}]", "") }}
{%- endmacro %}

{% macro default__is_one_word(text) -%}
    {{ text }} rlike {{ java_pattern("^[^\\p{L}\\p{N}]*+[\\p{L}\\p{N}]++[^\\p{L}\\p{N}]*+$") }}
{%- endmacro %}

{% macro default__iso_day_of_week(day) -%}
    weekday({{ day }}) + 1
{%- endmacro %}

{% macro default__list_of(items) -%}
    array({{ items | join(", ") }})
{%- endmacro %}

{% macro default__struct_of(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro default__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{#- Within a struct null comes first, so each part says before whether it is there. -#}
{% macro default__first_by(expression, order, filter) -%}
    min_by({{ expression }}, struct({% for part in order %}({{ part }}) is null, {{ part }}{{ ", " if not loop.last }}{% endfor %})) filter (where {{ filter }})
{%- endmacro %}

{% macro default__last_by(expression, order, filter) -%}
    max_by({{ expression }}, struct({% for part in order %}({{ part }}) is not null, {{ part }}{{ ", " if not loop.last }}{% endfor %})) filter (where {{ filter }})
{%- endmacro %}
