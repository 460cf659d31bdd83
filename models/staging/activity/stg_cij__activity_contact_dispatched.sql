{{ stage_entity("ActivityContactDispatched") }}
