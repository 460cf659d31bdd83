{{ stage_entity("SegmentRelationshipEdited") }}
