{#-
    Every family table, in one place: facts that take all interactions, dimensions and checks loop over it.
    Returns: a list of relations.
-#}
{% macro family_tables() -%}
    {{ return([
        ref("int_action__interactions"),
        ref("int_activity__interactions"),
        ref("int_audience__interactions"),
        ref("int_custom__interactions"),
        ref("int_deletion__interactions"),
        ref("int_email__interactions"),
        ref("int_event__interactions"),
        ref("int_form__interactions"),
        ref("int_journey__interactions"),
        ref("int_outcome__interactions"),
        ref("int_push__interactions"),
        ref("int_sms__interactions"),
        ref("int_survey__interactions"),
        ref("int_voice__interactions"),
        ref("int_web__interactions"),
    ]) }}
{%- endmacro %}

{#-
    message_families(): the family tables whose interactions belong to a message to one person, as a list of names.
    message_family_tables(): the same as a list of relations.
-#}
{% macro message_families() -%}
    {{ return([
        "int_custom__interactions", "int_email__interactions", "int_push__interactions", "int_sms__interactions",
        "int_voice__interactions",
    ]) }}
{%- endmacro %}

{% macro message_family_tables() -%}
    {%- set tables = [] -%}
    {%- for name in message_families() -%}{%- do tables.append(ref(name)) -%}{%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- The staging views that a family table unites. Argument: node (the family's). Returns: a list of relations. -#}
{% macro staging_of(node) -%}
    {%- set staging = [] -%}
    {%- for id in node.depends_on.nodes if id.startswith("model.cij.stg_cij__") -%}
        {%- do staging.append(api.Relation.create(identifier=id.split(".") | last)) -%}
    {%- endfor -%}
    {{ return(staging) }}
{%- endmacro %}

{#-
    The union of several family tables with the same columns of each; a column that a family hasn't is null there.

    Arguments: tables (list of relations), columns (dict name -> data_type), condition (SQL, of the rows to take; empty
    means all). Returns: SQL.
-#}
{% macro union_families(tables, columns, condition="") -%}
    {%- for relation in tables -%}
        {%- set there = model_columns(relation) %}
    select
        {%- for name, data_type in columns.items() %}
        {{ name if name in there else "cast(null as " ~ sql_type(data_type) ~ ") as " ~ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation.include(database=false) }}
        {%- if condition | trim %}
    where {{ condition | trim }}
        {%- endif %}
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    The columns that are taken from every family, for union_families: who, where and when, and what interaction_key is made of.

    event_columns: for whatever puts events together.
    interaction_columns: for a fact about single interactions, with their business unit and the added columns that it may
        have to pass on.
    Argument: more (dict name -> data_type, columns beside those). Return: a dict name -> data_type.
-#}
{% macro event_columns(more) -%}
    {%- set columns = {} -%}
    {%- for name in [
        "interaction_type", "idempotency_id", "internal_marketing_interaction_id", "content_key", "organization_id",
        "journey_engine", "profile_type", "profile_id", "journey_id", "journey_run_id", "journey_step_id", "message_id",
    ] -%}
        {%- do columns.update({name: "varchar"}) -%}
    {%- endfor -%}
    {%- do columns.update({"occurred_at": "timestamp"}) -%}
    {%- do columns.update(more) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro interaction_columns(more) -%}
    {%- set columns = event_columns({"business_unit_id": "varchar"}) -%}
    {%- do columns.update(more) -%}
    {%- for column in requested_columns().values() -%}
        {%- do columns.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#-
    The columns of a staging model or family table. Argument: relation (from ref(); a unit test's stand-in counts as the
    model). Returns: a dict name -> column (name, data_type); empty while parsing.
-#}
{% macro model_columns(relation) -%}
    {{ return(_columns_by_model_name(relation.identifier | replace("__dbt__cte__", "")) if execute else {}) }}
{%- endmacro %}

{#-
    The columns of the family table that is being compiled. A unit test doesn't see the YAML of the model it tests: there
    they are all that the staging views have, and those a family table works out.

    Argument: staging (list of relations). Returns: a dict name -> column (name, data_type).
-#}
{% macro family_columns(staging) -%}
    {%- if model.resource_type != "unit_test" -%}
        {{ return(all_columns(model)) }}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for relation in staging -%}
        {%- do columns.update(model_columns(relation)) -%}
    {%- endfor -%}
    {%- for name in resolved_columns().keys() | list + ["content_key"] -%}
        {%- do columns.update({name: {"name": name, "data_type": "varchar"}}) -%}
    {%- endfor -%}
    {%- for name in counts_of_repeats() + ["load_number"] -%}
        {%- do columns.update({name: {"name": name, "data_type": "bigint"}}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- dbt gives a unit test no graph: there a model's columns are those it was built with. -#}
{% macro _columns_by_model_name(name) -%}
    {%- if graph.nodes -%}
        {{ return(all_columns(graph.nodes["model.cij." ~ name])) }}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for row in run_query(
        "select column_name, data_type from information_schema.columns where table_name = " ~ sql_text(name)
        ~ " order by ordinal_position"
    ).rows -%}
        {%- do columns.update({row[0]: {"name": row[0], "data_type": row[1] | lower}}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
