{#-
    Whose ids another one takes the place of, and where ids of erased people have to go.
-#}

{#-
    The people whose id is replaced: merged contacts and leads by the survivor, erased people by a pseudonym.

    Returns: a relation with the columns profile_type (null for rows that name an id without a type), profile_id,
    replacing_profile_id and is_erased, unique by the first two; none where it is empty, so that nobody pays for a join
    that finds nothing. Unit tests of family tables do without it.
-#}
{% macro replaced_profiles() -%}
    {{ return(_relation_with_rows("int_replaced__profiles")) }}
{%- endmacro %}

{#- The erased people, with profile_id and pseudonym; none where there are none. Returns: a relation, or none. -#}
{% macro erased_profiles() -%}
    {{ return(_relation_with_rows("int_erased__profiles")) }}
{%- endmacro %}

{#-
    Of these, where there are any, the ones that this load was the first to name: only they may still stand in rows of
    earlier loads. Argument: load_number. Returns: a table expression, or none.
-#}
{% macro newly_erased_profiles(load_number) -%}
    {%- set erased = "(select * from " ~ ref("int_erased__profiles") ~ " where load_number = " ~ load_number ~ ")" -%}
    {{ return(erased if run_query("select 1 from " ~ erased ~ " as erased limit 1").rows else none) }}
{%- endmacro %}

{% macro _relation_with_rows(name) -%}
    {%- if model.resource_type == "unit_test" -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set relation = ref(name) -%}
    {%- if execute and load_relation(relation) is not none -%}
        {{ return(relation if run_query("select 1 from " ~ relation ~ " limit 1").rows else none) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{#-
    What stands for the id of an erased person: the same for an id of any type, so that columns which name a person
    without a type meet those which do. Argument: id (SQL text). Returns: SQL text, null for null; without the key of
    keyed_hash it fails, as a null would bring the id back.
-#}
{% macro pseudonym(id) -%}
    case when {{ id }} is not null then {{ or_fail("'erased-' || " ~ keyed_hash(id), "there is no key for pseudonyms") }} end
{%- endmacro %}

{#- True where an id is a pseudonym. Argument: id (SQL text). Returns: SQL. -#}
{% macro is_pseudonym(id) -%}
    coalesce({{ id }} like 'erased-%', false)
{%- endmacro %}

{#-
    The columns of family tables, beside profile_id, in which the id of a person may stand. Some of them name the type of
    their record in another column or not at all, so that all are looked up by the id alone. Returns: a list.
-#}
{% macro ids_of_people() -%}
    {{ return([
        "contact_id", "lead_id", "secondary_recipient_profile_id", "deleted_contact_id", "deleted_entity_id", "entity_id",
        "source_entity_id", "record_id", "binding_id", "request_object_id",
    ]) }}
{%- endmacro %}

{#- An id, or the pseudonym if it is an erased person's. Arguments: id (SQL text), erased (erased_profiles()). -#}
{% macro pseudonym_if_erased(id, erased) -%}
    case
        when {{ id }} in (select erased.profile_id from {{ erased }} as erased) then {{ pseudonym(id) }}
        else {{ id }}
    end
{%- endmacro %}

{#-
    A marked column of a family table, in a select that joins replaced_profiles() as `replaced`: under the policy, or what
    is left of it where the person is erased.

    Arguments: name (the column), kind (of pii_kinds()), erased (erased_profiles(); none = nobody is). Returns: SQL text.
-#}
{% macro protected_in_a_row(name, kind, erased) -%}
    {%- if erased -%}
        case when replaced.is_erased then {{ protected(name, kind, "drop") }} else {{ protected(name, kind) }} end
    {%- else -%}
        {{ protected(name, kind) }}
    {%- endif -%}
{%- endmacro %}

{#-
    The key of the contact point of an event that changes consent: no other needs one, and they are few. Of an erased person
    all events have it, as a pseudonym, since their consents in Dataverse are found by it.

    Arguments: erased (as above). Returns: SQL text.
-#}
{% macro contact_point_key_of_a_row(erased) -%}
    {%- set key = contact_point_key("email_address_used") -%}
    case
        {%- if erased %}
        when replaced.is_erased then {{ pseudonym(key) }}
        {%- endif %}
        when interaction_type in ({{ sql_texts(entities_held("interaction_types.consent_change is not null") or [""]) }})
            then {{ key }}
    end
{%- endmacro %}

{#-
    How to erase people in rows of a family table that an earlier load stored, under the policy of that time.

    Arguments: columns (dict of the family table's), kinds (pii_columns() of its staging models), erased (as above).
    Returns: a dict column -> SQL, the new value for the rows of erased people; for ids_of_people(), for any row.
-#}
{% macro erased_values_of_stored_rows(columns, kinds, erased) -%}
    {%- set values = {} -%}
    {%- for name in columns -%}
        {%- if name in ids_of_people() -%}
            {%- do values.update({name: pseudonym_if_erased(name, erased)}) -%}
        {%- elif name == "contact_point_key" -%}
            {#- Where addresses were masked or dropped, only events that change consent have it. -#}
            {%- set keys = {"hash": "email_address_used", "keep": contact_point_key("email_address_used")} -%}
            {%- set key = "coalesce(contact_point_key, " ~ keys.get(var("pii_policy"), "null") ~ ")" -%}
            {%- do values.update({name: pseudonym(key)}) -%}
        {%- elif name in kinds and (kinds[name] != "device" or var("pii_policy") == "keep") -%}
            {%- do values.update({name: protected(name, kinds[name], "drop")}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(values) }}
{%- endmacro %}
