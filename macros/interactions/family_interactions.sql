{#-
    The whole SQL of a family table: the union of the family's staging views with person, run, step and engine resolved.
    An erased person is a pseudonym, and personal data is what the setting pii_policy lets it be. The model's YAML says which columns it has, before added ones. Every raw row
    of this load becomes a row here; right after they are stored, `deduplicate` (a post-hook of the folder) makes each
    interaction one row. On Spark, and in a unit test, which runs no hooks, the same ranking picks the rows here.

    Argument: staging (list of relations, from ref()). Returns: a select with the YAML's columns.
-#}
{% macro family_interactions(staging) -%}
    {%- if model.resource_type != "unit_test" -%}
        -- The files are profiled first: what is loaded has its profile. depends_on: {{ ref("int_source_files") }}
    {% endif -%}
    {%- set unioned = _union_columns(staging) -%}
    {%- set columns = family_columns(staging) -%}
    {%- set resolved = resolved_columns() -%}
    {%- set stated_id = resolved.profile_id -%}
    {%- set erased = erased_profiles() -%}
    {%- set person = erased_person(stated_id, erased) -%}
    {%- do resolved.update({"profile_id": person.profile_id}) -%}
    {%- set kinds, ids = pii_columns(staging), ids_of_people() -%}
    {#- Only for the graph: known keywords stay, and contact points are keyed of types that change consent. -#}
    {%- if model.resource_type != "unit_test" -%}
        {%- set known = [ref("sms_keywords"), ref("interaction_types")] -%}
    {%- endif -%}
{#- Rows of each part of a union that goes straight into a wide table are written on their own, which costs a small load more
    than its rows do. -#}
with unioned as {{ stored_cte() if is_small_load() else inline_cte() }} (
    {{ _union_staging(arriving_staging(staging), unioned) }}
),

arrivals as {{ inline_cte() }} (
    select
        {%- for name in columns %}
        {%- set value = _computed_in_a_row(name, unioned) | trim %}
        {% if value -%}
            {{ value }} as {{ name }}
        {%- elif name in resolved -%}
            {{ resolved[name] }} as {{ name }}
        {%- elif name == "contact_point_key" -%}
            {{ contact_point_key_of_a_row(person, erased, unioned) }} as contact_point_key
        {%- elif name in kinds -%}
            {{ protected_in_a_row(name, kinds[name], person, erased, columns) }} as {{ name }}
        {%- elif erased and name in ids -%}
            {{ id_in_a_row(name, stated_id, erased) }} as {{ name }}
        {%- else -%}
            {{ name }}
        {%- endif %}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ in_few_parts("unioned") }}
    {{- join_erased_profiles(stated_id, resolved.profile_type, erased) }}
)

    {%- if ranks_in_select() %},

{{ _without_repeats(columns) }}
    {%- else %}

select * from arrivals
    {%- endif -%}
{%- endmacro %}

{#- Whether a family table's own SELECT leaves the repeats out. -#}
{% macro ranks_in_select() -%}
    {{ return(model.resource_type == "unit_test" or target.type != "duckdb") }}
{%- endmacro %}

{#- One of the rows of each interaction, as the CTE ranked and a select. Argument: columns (dict of the family table's). -#}
{% macro _without_repeats(columns) -%}
ranked as (
    {{ ranked_interactions("arrivals", columns) }}
)

select
    {%- for name in columns if name not in counts_of_repeats() %}
    {{ name }},
    {%- endfor %}
    repeated_rows,
    superseded_rows
from ranked
where row_number = 1
{%- endmacro %}

{#-
    A column that a family table works out of a row, whoever the person is. Arguments: name (the column), staged (dict of the
    columns that the staging views have). Returns: SQL; nothing for any other column.
-#}
{% macro _computed_in_a_row(name, staged) -%}
    {%- if name == "content_key" -%}
        case
            when coalesce(idempotency_id, internal_marketing_interaction_id) is null
                then {{ surrogate_key(_content_of_a_row(staged)) }}
        end
    {%- elif name == "load_number" -%}
        cast({{ this_load() }} as bigint)
    {%- elif name in counts_of_repeats() -%}
        cast(0 as bigint)
    {%- elif name == "recipient_domain" -%}
        {{ email_domain_of("email_address_used") }}
    {%- endif -%}
{%- endmacro %}

{#- What tells rows without any id apart: all of their columns. The schemas write the person's type in different ways. -#}
{% macro _content_of_a_row(columns) -%}
    {%- set content = [] -%}
    {%- for name in columns -%}
        {%- do content.append(normalized_profile_type(name) if name == "profile_type" else name) -%}
    {%- endfor -%}
    {{ return(content) }}
{%- endmacro %}

{#- What a family table works out from several staged columns: a dict column -> SQL. -#}
{% macro resolved_columns() -%}
    {{ return({
        "journey_engine": "case when source_system = 1 then 'outbound' else 'real_time' end",
        "journey_run_id": "coalesce(journey_run_id, journey_iteration_id)",
        "journey_step_id": "coalesce(journey_action_id, activity_id)",
        "profile_id": "coalesce(profile_id, contact_id, lead_id)",
        "profile_type": "case when profile_id is not null or (contact_id is null and lead_id is null) then "
            ~ normalized_profile_type("profile_type")
            ~ " when contact_id is not null then 'contact' else 'lead' end",
    }) }}
{%- endmacro %}

{#-
    contact, lead or profile, from the product's Contact, Lead and CI Profile in any case, or from the names of their
    Dataverse tables, as schema 1.0 has them; others in lower case.
-#}
{% macro normalized_profile_type(expression) -%}
    {%- set type = lower_case(trimmed(expression)) -%}
    case
        {#- Nearly all are. #}
        when {{ expression }} = 'Contact' then 'contact'
        when {{ expression }} = 'Lead' then 'lead'
        when {{ type }} in ('contact', 'lead') then {{ type }}
        when replace({{ type }}, ' ', '') in ('ciprofile', 'profile', 'msdynci_customerprofile') then 'profile'
        else {{ type }}
    end
{%- endmacro %}

{#-
    The staged columns that a family table reads: those its YAML names, and those its resolved columns are made of.
    Returns: a dict column -> data_type.
-#}
{% macro _union_columns(staging) -%}
    {%- set wanted = {} -%}
    {%- set resolved_only = [
        "journey_engine", "journey_step_id", "content_key", "recipient_domain", "contact_point_key", "load_number",
    ] + counts_of_repeats() -%}
    {%- for column in family_columns(staging).values() if column.name not in resolved_only -%}
        {%- do wanted.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {#- Not kept, but part of a row's content. -#}
    {%- do wanted.update({"raw_interaction_type": "varchar"}) -%}
    {%- for name in ["journey_run_id", "journey_iteration_id", "journey_action_id", "activity_id", "profile_id",
        "profile_type", "contact_id", "lead_id"] -%}
        {%- do wanted.update({name: "varchar"}) -%}
    {%- endfor -%}
    {%- do wanted.update({"source_system": "bigint"}) -%}
    {{ return(wanted) }}
{%- endmacro %}

{% macro _union_staging(staging, columns) -%}
    {%- for relation in staging -%}
        {%- set staged = model_columns(relation) %}
    select
        {%- for name, data_type in columns.items() %}
        {{ name if name in staged else "cast(null as " ~ sql_type(data_type) ~ ") as " ~ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- else %}
    select
        {%- for name, data_type in columns.items() %}
        cast(null as {{ sql_type(data_type) }}) as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    where false
    {%- endfor -%}
{%- endmacro %}

{#- Of staging views those with rows that no earlier run has stored. Argument: staging (list of relations). -#}
{% macro arriving_staging(staging) -%}
    {%- if not has_export() -%}
        {{ return(staging) }}
    {%- endif -%}
    {%- set arriving = [] -%}
    {%- for relation in staging -%}
        {%- set entity = graph.nodes["model.cij." ~ relation.identifier].config.meta.entity -%}
        {%- if is_arriving(entity) -%}{%- do arriving.append(relation) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(arriving) }}
{%- endmacro %}
