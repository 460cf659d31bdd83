{{ stage_entity("GoalEvent") }}
