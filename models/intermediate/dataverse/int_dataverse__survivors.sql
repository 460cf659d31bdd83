-- Facts hold the keys that people had in earlier loads: so who is no longer merged stays here, surviving as themselves.
with merged as (
    select
        merged_profile_type as profile_type,
        merged_profile_id as profile_id,
        surviving_profile_id
    from {{ ref("int_dataverse__merged_profiles") }}
),

final as (
    {%- if adds_to_earlier_loads() %}
        select
            coalesce(merged.profile_type, known.profile_type) as profile_type,
            coalesce(merged.profile_id, known.profile_id) as profile_id,
            coalesce(merged.surviving_profile_id, known.profile_id) as surviving_profile_id,
            case
                when coalesce(merged.surviving_profile_id, known.profile_id) = known.surviving_profile_id
                    then known.load_number
                else cast({{ this_load() }} as bigint)
            end as load_number
        from merged
        full outer join {{ this }} as known
            on
                merged.profile_type = known.profile_type
                and merged.profile_id = known.profile_id
    {%- else %}
        select
            *,
            cast({{ this_load() }} as bigint) as load_number
        from merged
    {%- endif %}
)

select * from final
