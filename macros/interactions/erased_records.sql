{#-
    What becomes of erased people outside the family tables. Who they are is known only after the records of Dataverse were
    stored, for whoever was merged into an erased person is erased too: so records are seen to right after that, in the
    transaction that says who is erased. When a later load brings them again, they are seen to before they are stored.
    Merges are still followed, by pseudonyms.
-#}

{#-
    Tables that hold people's records. Returns: a dict model -> {ids (a dict column -> SQL, whose type it is; the record's own
    first), kept (what later loads and models have to know of an erased person's record); all else becomes null}.
-#}
{% macro records_of_people() -%}
    {%- set ages = ["is_merged", "is_deleted", "modified_at", "sink_modified_at", "version_number"] -%}
    {{ return({
        "stg_dataverse__contact": {
            "ids": {"contact_id": "'contact'", "master_id": "'contact'", "originating_lead_id": "'lead'"},
            "kept": ages,
        },
        "stg_dataverse__lead": {
            "ids": {"lead_id": "'lead'", "master_id": "'lead'", "parent_contact_id": "'contact'"},
            "kept": ages + ["state_code"],
        },
        "int_dataverse__profiles": {
            "ids": {
                "profile_id": "profile_type", "merged_into_id": "profile_type", "became_contact_id": "'contact'",
                "originating_lead_id": "'lead'",
            },
            "kept": ["profile_type", "is_deleted", "changed_at"],
        },
        "int_dataverse__merged_profiles": {
            "ids": {"merged_profile_id": "merged_profile_type", "surviving_profile_id": "merged_profile_type"},
            "kept": ["merged_profile_type"],
        },
        "int_dataverse__survivors": {
            "ids": {"profile_id": "profile_type", "surviving_profile_id": "profile_type"},
            "kept": ["profile_type", "load_number"],
        },
    }) }}
{%- endmacro %}

{#- A post-hook of int_erased__profiles, which is `this`. Returns: SQL, several statements; nothing where nobody is erased. -#}
{% macro forget_stored_records() -%}
    {%- if execute and run_query("select 1 from " ~ this ~ " limit 1").rows -%}
        {%- for name in records_of_people() -%}
            {%- set node = graph.nodes["model.cij." ~ name] -%}
            {%- if stored_tables(node.schema, node.alias) -%}
                {{ _without_erased_people(node.schema ~ "." ~ node.alias, name, this) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#-
    The same for records that a load brings, before they are stored; for consents by the contact points that are known to be
    erased people's. Argument: relation (SQL, with the columns of the model that is built). Returns: SQL, several statements.
-#}
{% macro forget_arriving_records(relation) -%}
    {%- set erased = graph.nodes["model.cij.int_erased__profiles"] -%}
    {%- if model.name == "stg_dataverse__contact_point_consent" -%}
        {{ _without_erased_contact_points(
            relation, "select contact_point from " ~ this ~ " where " ~ is_pseudonym("contact_point")
        ) }}
    {%- elif model.name in records_of_people() and stored_tables(erased.schema, erased.alias) -%}
        {{ _without_erased_people(relation, model.name, erased.schema ~ "." ~ erased.alias) }}
    {%- endif -%}
{%- endmacro %}

{#- Arguments: relation (SQL), name (the model whose records it holds), erased (SQL, of int_erased__profiles). -#}
{% macro _without_erased_people(relation, name, erased) -%}
    {%- set records = records_of_people()[name] -%}
    {%- set all_names = graph.nodes["model.cij." ~ name].columns.keys() -%}
    {%- for id, profile_type in records.ids.items() %}
    {%- set is_own = loop.first %}
    update {{ relation }}
    set
        {%- for other in all_names if is_own and other not in records.ids and other not in records.kept %}
        {{ other }} = null,
        {%- endfor %}
        {{ id }} = {{ pseudonym(id) }}
    where ({{ profile_type }}, {{ keyed_hash_of_id(id) }}) in (
        select erased.profile_type, {{ hash_in("erased.pseudonym") }} from {{ erased }} as erased
    );
    {% endfor -%}
{%- endmacro %}

{#- A post-hook of int_dataverse__consents, which is `this`. Returns: SQL, or nothing. -#}
{% macro forget_stored_contact_points() -%}
    {%- set node = graph.nodes.get("model.cij.stg_dataverse__contact_point_consent") if execute -%}
    {%- if execute and stored_tables(node.schema, node.alias) -%}
        {%- set found = erased_contact_points() -%}
        {%- if found -%}{{ _without_erased_contact_points(node.schema ~ "." ~ node.alias, found) }}{%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro _without_erased_contact_points(relation, found) -%}
    {%- set own = pseudonym(contact_point_key("contact_point")) -%}
    update {{ relation }}
    set contact_point = {{ own }}
    where not {{ is_pseudonym("contact_point") }} and {{ own }} in ({{ found }});
{%- endmacro %}

{#-
    The contact points of erased people, as pseudonyms of their contact_point_key: nothing but their interactions tells
    whose a consent is. Returns: a select; nothing where nobody is erased.
-#}
{% macro erased_contact_points() -%}
    {%- set families, erased, parts = families_with_contact_points(), erased_profiles(), [] -%}
    {%- for family in families if erased -%}
        {%- set node = graph.nodes["model.cij." ~ family.identifier] -%}
        {%- for name in columns_of_contact_points(node.columns, pii_columns(staging_of(node))) -%}
            {%- do parts.append("select " ~ name ~ " from " ~ family ~ " where " ~ is_pseudonym(name)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(parts | join(" union ")) }}
{%- endmacro %}

{#- The family tables that hold contact points. Returns: a list of relations. -#}
{% macro families_with_contact_points() -%}
    {{ return([
        ref("int_audience__interactions"), ref("int_custom__interactions"), ref("int_email__interactions"),
        ref("int_form__interactions"), ref("int_outcome__interactions"), ref("int_sms__interactions"),
        ref("int_voice__interactions"), ref("int_web__interactions"),
    ]) }}
{%- endmacro %}

{#-
    on-run-end: takes erased people's rows out of what could be saved of damaged CSV files. Until then the staging views
    read them; if the run failed, the next one saves them again. Returns: SQL, several statements, or nothing.
-#}
{% macro forget_repaired_rows() -%}
    {%- if has_export() -%}
        {%- set erased = graph.nodes["model.cij.int_erased__profiles"] -%}
        {%- set consents = graph.nodes["model.cij.stg_dataverse__contact_point_consent"] -%}
        {%- set columns = run_query(
            "select table_name, column_name from information_schema.columns where table_schema = 'raw' "
            ~ "and starts_with(table_name, 'repaired ')"
        ).rows if stored_tables(erased.schema, erased.alias) else [] -%}
        {%- set ids = _raw_ids_of_people() if columns else [] -%}
        {%- for table, column in columns -%}
            {%- if column | lower in ids %}
    delete from raw.{{ sql_name(table) }}
    where {{ is_erased_id(to_id(sql_name(column)), erased.schema ~ "." ~ erased.alias) }};
            {%- elif column | lower == raw_attribute(consents.columns["contact_point"])
                and stored_tables(consents.schema, consents.alias) %}
    delete from raw.{{ sql_name(table) }}
    where {{ pseudonym(contact_point_key(sql_name(column))) }} in (
        select contact_point from {{ consents.schema }}.{{ consents.alias }} where {{ is_pseudonym("contact_point") }}
    );
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- The raw attributes, in lower case, in which the id of a person may stand; EntityId is schema 1.0's. Returns: a list. -#}
{% macro _raw_ids_of_people() -%}
    {%- set names = ["profile_id"] + ids_of_people().keys() | list -%}
    {%- for records in records_of_people().values() -%}{%- do names.extend(records.ids) -%}{%- endfor -%}
    {%- set attributes = ["entityid"] -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}
        {%- for column in all_columns(node).values() if column.name in names -%}
            {%- do attributes.extend(raw_attributes(column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro %}
