{{ stage_entity("VoiceCallBlocked") }}
