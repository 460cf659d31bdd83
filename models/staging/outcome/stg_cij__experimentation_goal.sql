{{ stage_entity("ExperimentationGoal") }}
