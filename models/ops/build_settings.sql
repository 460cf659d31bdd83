-- Comes after whatever is made of stored rows and grows with them: a run that was cut short leaves it as it was.
{% for name in models_made_of_stored_rows() -%}
-- depends_on: {{ ref(name) }}
{% endfor -%}
{{ rows_of_settings(settings_of_marts()) }}
