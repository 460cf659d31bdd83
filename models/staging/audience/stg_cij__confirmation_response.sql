{{ stage_entity("ConfirmationResponse") }}
