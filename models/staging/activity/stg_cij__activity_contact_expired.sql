{{ stage_entity("ActivityContactExpired") }}
