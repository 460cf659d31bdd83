{{ stage_entity("ActivityContactBlockedSuppression") }}
