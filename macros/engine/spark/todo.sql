{#- To be written. -#}
