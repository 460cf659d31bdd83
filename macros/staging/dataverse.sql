{#-
    The optional tables of Dataverse, which hold the names of what interactions only have ids for. Their staging models
    name the table as `config.meta.dataverse_table` where the others name an entity, so that whatever counts the 145
    entities doesn't count them.

    dataverse_nodes(): their staging models' nodes by name; empty while parsing.
    record_tables(): their staging models, as a list of relations.
    raw_name(node): the raw table of a staging model: an entity, or a table of Dataverse.
    Of such a table a column that is a number, or a yes or no, may name its `config.meta.options`: then it is read by label,
    too.
-#}
{% macro dataverse_nodes() -%}
    {{ return(nodes_of("model.cij.stg_dataverse__")) }}
{%- endmacro %}

{% macro record_tables() -%}
    {{ return([
        ref("stg_dataverse__business_unit"),
        ref("stg_dataverse__contact"),
        ref("stg_dataverse__contact_point_consent"),
        ref("stg_dataverse__custom_channel_message"),
        ref("stg_dataverse__customer_journey"),
        ref("stg_dataverse__email"),
        ref("stg_dataverse__journey"),
        ref("stg_dataverse__lead"),
        ref("stg_dataverse__marketing_email"),
        ref("stg_dataverse__purpose"),
        ref("stg_dataverse__push_notification"),
        ref("stg_dataverse__segment"),
        ref("stg_dataverse__sms"),
        ref("stg_dataverse__topic"),
    ]) }}
{%- endmacro %}

{% macro raw_name(node) -%}
    {{ return((node.config.meta or {}).get("entity") or (node.config.meta or {}).get("dataverse_table")) }}
{%- endmacro %}

{#-
    The records of a table as they are now. An append-only export repeats a record at each change, and its deletion is a
    row with the id and nothing else: the newest row that isn't a deletion tells the values, the newest of all whether
    the record is still there. A deleted record stays, for its interactions do.

    Arguments: relation (of a staging model), key (the column that identifies a record). Returns: a select of the staged
    columns, one row per record, without sink_modified_at and version_number and with changed_at: when the record became
    as it is, or the build's time where the export doesn't tell.
-#}
{% macro latest_records(relation, key) -%}
    {%- set technical = ["sink_modified_at", "version_number", "is_deleted"] -%}
    {%- set columns = model_columns(relation).keys() | reject("in", technical) | list -%}
    {%- set newest_first = "sink_modified_at desc nulls last, version_number desc nulls last, modified_at desc nulls last" -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        was_last_deleted as is_deleted,
        coalesce(
            case when was_last_deleted then last_sink_modified_at end,
            modified_at,
            sink_modified_at,
            created_at,
            cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
        ) as changed_at
    from (
        select
            *,
            first_value(coalesce(is_deleted, false)) over newest as was_last_deleted,
            first_value(sink_modified_at) over newest as last_sink_modified_at,
            row_number() over (
                partition by {{ key }}
                order by coalesce(is_deleted, false), {{ newest_first }}, {{ columns | join(" nulls last, ") }} nulls last
            ) as row_number
        from {{ relation }}
        where {{ key }} is not null
        window newest as (
            partition by {{ key }} order by {{ newest_first }}, coalesce(is_deleted, false) desc
        )
    ) as versions
    where row_number = 1
{%- endmacro %}

{#-
    What a number of Dataverse stands for, by the reference table option_names; null for one that isn't there.
    Arguments: option_set (its name there), code (SQL, bigint). Returns: SQL, text.
-#}
{% macro option_name(option_set, code) -%}
    {{ return(adapter.dispatch("option_name", "cij")(option_set, code)) }}
{%- endmacro %}

{% macro duckdb__option_name(option_set, code) -%}
    (
        select max(options.option_name)
        from {{ ref("option_names") }} as options
        where options.option_set = '{{ option_set }}' and options.option_value = {{ code }}
    )
{%- endmacro %}

{#-
    The number that a label of Dataverse stands for, whichever way it is written: a name in the reference table option_names,
    or a label in option_labels. Null for one that is in neither. Arguments: option_set, label (SQL text). Returns: SQL.
    A model that asks has to depend on both tables (depends_on_options).
-#}
{% macro option_code(option_set, label) -%}
    (
        select max(options.option_value)
        from (
            select option_set, option_value, option_name as label from {{ ref("option_names") }}
            union all
            select option_set, option_value, option_label as label from {{ ref("option_labels") }}
        ) as options
        where
            options.option_set = {{ sql_text(option_set) }}
            and {{ letters_and_digits("options.label") }} = {{ letters_and_digits(label) }}
    )
{%- endmacro %}

{% macro depends_on_options() -%}
-- depends_on: {{ ref("option_names") }}
-- depends_on: {{ ref("option_labels") }}
{%- endmacro %}
