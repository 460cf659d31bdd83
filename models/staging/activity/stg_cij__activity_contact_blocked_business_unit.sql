{{ stage_entity("ActivityContactBlockedBusinessUnit") }}
