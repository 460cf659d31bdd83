{{ stage_entity("EmailSendingFailed") }}
