{#- Column -> the type of person that it names; null where another column or none tells. -#}
{%- set typed = {"contact_id": "'contact'", "deleted_contact_id": "'contact'", "lead_id": "'lead'"} -%}
{%- set records = ref("int_dataverse__profiles") -%}
{%- set families = family_tables() -%}

with types (profile_type) as (
    values ('contact'), ('lead'), ('profile')
),

requests as (
    select
        profile_type,
        {{ pseudonym("profile_id") }} as pseudonym
    from (
        {{ erasure_requests() }}
    ) as listed
),

known as (
    {#- Only a list has to be paid for. -#}
    {%- if execute and erasure_path() %}
        {%- for family in families %}
            {%- set columns = model_columns(family) %}
            select
                profile_type,
                profile_id as pseudonym
            from {{ family }}
            where {{ is_pseudonym("profile_id") }}
            union
            {%- for name in ids_of_people() if name in columns %}
                select
                    {{ typed.get(name, "cast(null as string)") }} as profile_type,
                    {{ name }} as pseudonym
                from {{ family }}
                where {{ is_pseudonym(name) }}
                union
            {%- endfor %}
        {%- endfor %}
        {%- for name in ["profile_id", "merged_into_id"] %}
            select
                profile_type,
                {{ name }} as pseudonym
            from {{ records }}
            where {{ is_pseudonym(name) }}
            {%- if not loop.last %}
                union
            {%- endif %}
        {%- endfor %}
    {%- else %}
        select
            cast(null as string) as profile_type,
            cast(null as string) as pseudonym
        where false
    {%- endif %}
),

matched as (
    select
        requests.profile_type,
        exists(
            select 1
            from known
            where
                known.pseudonym = requests.pseudonym
                and coalesce(known.profile_type, requests.profile_type) = requests.profile_type
        ) as is_matched
    from requests
)

select
    types.profile_type,
    count(matched.profile_type) as requests,
    count(*) filter (where not matched.is_matched) as unmatched_requests
from types
left join matched
    on types.profile_type = matched.profile_type
group by types.profile_type
