{{ stage_entity("CustomerVoiceSuveyResponseSubmitted") }}
