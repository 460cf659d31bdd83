{#-
    Reference data of the user's own: a folder of CSV files named like the seeds (block_reasons.csv) with the same
    columns. Each seed is loaded as it comes and then, as the last part of loading it, takes in the user's rows; so
    everything that reads a seed reads both, and nothing else has to know.

    A seed can be extended if its YAML names a `meta.key`: a row of the user's with the same key replaces ours. Columns
    with `meta.may_be_missing`, which came later than others, can be left out: they are null then.
-#}

{#- The folder, from the var reference_path or (`environment`) CIJ_REFERENCE_PATH; empty if there is none. -#}
{% macro reference_path() -%}
    {%- set named = var("reference_path", "") -%}
    {{ return(env_var("CIJ_REFERENCE_PATH", "") if execute and named == "environment" else named) }}
{%- endmacro %}

{#-
    post-hook of the reference seeds: puts the user's rows into the seed that was just loaded. Returns: SQL, or nothing.
-#}
{% macro add_own_reference() -%}
    {%- set key = (model.config.meta or {}).get("key") if execute else none -%}
    {%- set own = own_reference_files().get(model.name) if key else none -%}
    {%- if own %}
        {%- set reader = csv_file(own) -%}
        {%- set types = model.config.column_types -%}
        {%- set there = columns_of(reader) | map(attribute="name") | list -%}
        {%- set typed = [] -%}
        {%- for column, data_type in types.items() -%}
            {%- do typed.append("cast(" ~ (column if column in there else "null") ~ " as " ~ data_type ~ ")") -%}
        {%- endfor %}
        delete from {{ this }}
        where {{ surrogate_key(key) }} in (select {{ surrogate_key(key) }} from {{ reader }});
        insert into {{ this }} ({{ types.keys() | join(", ") }})
        select {{ typed | join(", ") }} from {{ reader }};
    {%- endif -%}
{%- endmacro %}

{#- The user's files. Returns: a dict seed's name -> path; empty without a folder and while parsing. -#}
{% macro own_reference_files() -%}
    {%- set files = {} -%}
    {%- if execute and reference_path() -%}
        {%- for name in files_in(reference_path()) if name[0] not in "._" and not name.endswith(".md") -%}
            {%- do files.update({name | replace(".csv", ""): reference_path().rstrip("/") ~ "/" ~ name}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}
