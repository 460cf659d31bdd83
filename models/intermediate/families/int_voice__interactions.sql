{{ family_interactions([
    ref('stg_cij__voice_call_attempted'),
    ref('stg_cij__voice_call_blocked'),
    ref('stg_cij__voice_call_not_attempted'),
    ref('stg_cij__voice_call_sent'),
]) }}
