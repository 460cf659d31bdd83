{{ stage_entity("EmailSoftRemoteBounced") }}
