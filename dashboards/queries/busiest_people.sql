select
    people.profile_key,
    people.profile_type,
    people.profile_id,
    people.profile_name,
    people.is_active,
    people.interactions,
    people.first_interaction_at,
    people.last_interaction_at
from marts.dim_profiles as people
where {{ chosen("organizations", "people.organization_id") }}
order by people.interactions desc, people.profile_key
limit 25
