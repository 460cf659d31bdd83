{{ stage_entity("FormSubmitted") }}
