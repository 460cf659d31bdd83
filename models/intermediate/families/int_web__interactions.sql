{{ family_interactions([
    ref('stg_cij__redirect_link_clicked'),
    ref('stg_cij__website_clicked'),
    ref('stg_cij__website_visited'),
]) }}
