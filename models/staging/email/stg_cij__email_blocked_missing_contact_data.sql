{{ stage_entity("EmailBlockedMissingContactData") }}
