{{ family_interactions([
    ref('stg_cij__contact_deleted'),
    ref('stg_cij__entity_deleted'),
]) }}
