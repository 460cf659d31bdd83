{{ config(materialized="view") }}

{{ message_events() }}
