{{ stage_entity("ConfirmationRequest") }}
