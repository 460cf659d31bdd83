{{ stage_entity("businessunit") }}
