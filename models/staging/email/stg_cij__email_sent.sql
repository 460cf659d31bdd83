{{ stage_entity("EmailSent") }}
