{{ stage_entity("CustomReceived") }}
