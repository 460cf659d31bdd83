{#-
    People to erase because somebody asked for it: a CSV file with the columns profile_type (Contact, Lead or CI Profile, in
    any way that exports write them), profile_id and, if wanted, organization_id.
-#}

{#- The file, from the var erasure_path or (`environment`) CIJ_ERASURE_PATH; empty if there is none. -#}
{% macro erasure_path() -%}
    {%- set named = var("erasure_path", "") -%}
    {{ return(env_var("CIJ_ERASURE_PATH", "") if execute and named == "environment" else named) }}
{%- endmacro %}

{#- Returns: a select of organization_id, profile_type and profile_id, spelt as in the family tables. -#}
{% macro erasure_requests() -%}
    {%- set path = erasure_path() if execute and model.resource_type != "unit_test" else "" -%}
    {%- if path -%}
        {%- set there = columns_of(csv_file(path)) | map(attribute="name") | list -%}
    select
        {{ to_id("listed.organization_id") if "organization_id" in there else "cast(null as string)" }} as organization_id,
        {{ normalized_profile_type("listed.profile_type") }} as profile_type,
        {{ to_id("listed.profile_id") }} as profile_id
    from {{ csv_file(path) }} as listed
    {%- else -%}
    select
        cast(null as string) as organization_id,
        cast(null as string) as profile_type,
        cast(null as string) as profile_id
    where false
    {%- endif -%}
{%- endmacro %}
