{{ stage_entity("ConversionEventTouchPoint") }}
