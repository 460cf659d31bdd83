{{ stage_entity("ActivityContactBlocked") }}
