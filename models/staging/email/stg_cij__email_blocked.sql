{{ stage_entity("EmailBlocked") }}
