{{ family_interactions([
    ref('stg_cij__confirmation_request'),
    ref('stg_cij__confirmation_response'),
    ref('stg_cij__segment_members_count_changed'),
    ref('stg_cij__segment_relationship_edited'),
    ref('stg_cij__segment_subscribed'),
    ref('stg_cij__segment_unsubscribed'),
]) }}
