{#- To be written. -#}
{% macro default__columns_of(relation) -%}cast('todo columns_of' as string){%- endmacro %}
{% macro default__confine_to(folders, files) -%}cast('todo confine_to' as string){%- endmacro %}
{% macro default__csv_file(path) -%}cast('todo csv_file' as string){%- endmacro %}
{% macro default__date_series(first_date, last_date) -%}cast('todo date_series' as string){%- endmacro %}
{% macro default__email_domain_of(address) -%}cast('todo email_domain_of' as string){%- endmacro %}
{% macro default__files_in(folder) -%}cast('todo files_in' as string){%- endmacro %}
{% macro default__first_by(expression, order, filter) -%}cast('todo first_by' as string){%- endmacro %}
{% macro default__inline_cte() -%}cast('todo inline_cte' as string){%- endmacro %}
{% macro default__is_before_address(value) -%}cast('todo is_before_address' as string){%- endmacro %}
{% macro default__is_below(path, folder) -%}cast('todo is_below' as string){%- endmacro %}
{% macro default__is_one_word(text) -%}cast('todo is_one_word' as string){%- endmacro %}
{% macro default__is_short_answer(value) -%}cast('todo is_short_answer' as string){%- endmacro %}
{% macro default__iso_day_of_week(day) -%}cast('todo iso_day_of_week' as string){%- endmacro %}
{% macro default__json_of_rows(query) -%}cast('todo json_of_rows' as string){%- endmacro %}
{% macro default__keyed_hash(value) -%}cast('todo keyed_hash' as string){%- endmacro %}
{% macro default__keyed_hash_of_id(value) -%}cast('todo keyed_hash_of_id' as string){%- endmacro %}
{% macro default__last_by(expression, order, filter) -%}cast('todo last_by' as string){%- endmacro %}
{% macro default__letters_and_digits(text) -%}cast('todo letters_and_digits' as string){%- endmacro %}
{% macro default__looks_like_key(value) -%}cast('todo looks_like_key' as string){%- endmacro %}
{% macro default__or_fail(value, message) -%}cast('todo or_fail' as string){%- endmacro %}
{% macro default__profile_bucket(profile_key) -%}cast('todo profile_bucket' as string){%- endmacro %}
{% macro default__quantile(expression, p) -%}cast('todo quantile' as string){%- endmacro %}
{% macro default__quick_hash(expressions) -%}cast('todo quick_hash' as string){%- endmacro %}
{% macro default__report_time(at) -%}cast('todo report_time' as string){%- endmacro %}
{% macro default__reserved_words() -%}cast('todo reserved_words' as string){%- endmacro %}
{% macro default__row_address() -%}cast('todo row_address' as string){%- endmacro %}
{% macro default__seconds_between(start_at, end_at) -%}cast('todo seconds_between' as string){%- endmacro %}
{% macro default__shape_of(value) -%}cast('todo shape_of' as string){%- endmacro %}
{% macro default__start_of_day(day) -%}cast('todo start_of_day' as string){%- endmacro %}
{% macro default__stored_cte() -%}cast('todo stored_cte' as string){%- endmacro %}
{% macro default__text_of(file) -%}cast('todo text_of' as string){%- endmacro %}
{% macro default__time_zone_names() -%}cast('todo time_zone_names' as string){%- endmacro %}
{% macro default__unnested_rejects(rejects, kept, source) -%}cast('todo unnested_rejects' as string){%- endmacro %}
{% macro default__url_query_value(url, name) -%}cast('todo url_query_value' as string){%- endmacro %}
{% macro default__url_without_query(url) -%}cast('todo url_without_query' as string){%- endmacro %}
{% macro default__without_addresses(value) -%}cast('todo without_addresses' as string){%- endmacro %}
{% macro default__without_parameters(value) -%}cast('todo without_parameters' as string){%- endmacro %}
{% macro default__word_at_start(text) -%}cast('todo word_at_start' as string){%- endmacro %}
