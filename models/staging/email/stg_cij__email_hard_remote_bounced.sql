{{ stage_entity("EmailHardRemoteBounced") }}
