{{ stage_entity("JourneyEventCancelledBySupressionSegment") }}
