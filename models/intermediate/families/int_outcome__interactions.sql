{{ family_interactions([
    ref('stg_cij__conversion_event_touch_point'),
    ref('stg_cij__create_record'),
    ref('stg_cij__experimentation_distribution'),
    ref('stg_cij__experimentation_goal'),
    ref('stg_cij__goal_event'),
    ref('stg_cij__lead_score_boost'),
    ref('stg_cij__optimization_feedback'),
]) }}
