{{ stage_entity("TriggerCrmWorkflowActivityContactProcessed") }}
