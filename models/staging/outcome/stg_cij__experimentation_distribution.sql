{{ stage_entity("ExperimentationDistribution") }}
