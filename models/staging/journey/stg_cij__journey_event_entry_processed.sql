{{ stage_entity() }}
