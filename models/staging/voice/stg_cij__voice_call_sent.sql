{{ stage_entity("VoiceCallSent") }}
