{{ stage_entity("EmailBlockedOtherReason") }}
