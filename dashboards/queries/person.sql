-- $person: a profile_key, or the id of a contact, lead or profile.
select
    people.profile_key,
    people.profile_type,
    people.profile_id,
    people.profile_name,
    people.is_active,
    people.is_do_not_email,
    people.is_deleted,
    people.merged_profiles,
    people.interactions,
    people.first_interaction_at,
    people.last_interaction_at
from marts.dim_profiles as people
where people.profile_key = $person or people.profile_id = lower($person)
order by people.interactions desc, people.profile_key
limit 10
