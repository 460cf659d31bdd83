{{ stage_entity("CustomerVoiceQuestionResponseSubmitted") }}
