{{ stage_entity("SchedulerActivityContactProcessed") }}
