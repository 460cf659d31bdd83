{{ stage_entity("VoiceCallNotAttempted") }}
