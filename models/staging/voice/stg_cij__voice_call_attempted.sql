{{ stage_entity("VoiceCallAttempted") }}
