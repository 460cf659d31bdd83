{{ stage_entity("EmailOpened") }}
