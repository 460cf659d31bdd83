{{ stage_entity("ConfirmableFormSubmitted") }}
