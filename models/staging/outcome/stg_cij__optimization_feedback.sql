{{ stage_entity("OptimizationFeedback") }}
