{#-
    Who is erased, and where their ids may stand.
-#}

{#-
    The erased people, known by their pseudonym alone. Returns: a relation, or none where there are none, so that nobody pays
    for a join that finds nothing. Unit tests of family tables do without it.
-#}
{% macro erased_profiles() -%}
    {%- set erased = relation_with_rows("int_erased__profiles") -%}
    {#- Nobody is found without the key, which would bring all of them back. -#}
    {%- if erased is not none -%}{%- do run_query("select " ~ pseudonym("'anybody'")) -%}{%- endif -%}
    {{ return(erased) }}
{%- endmacro %}

{#-
    Of these, where there are any, the ones that the table being settled has not seen to yet: only their rows of earlier
    loads have to change. Returns: a table expression, or none.
-#}
{% macro newly_erased_profiles() -%}
    {%- set erased -%}
        (
            select
                profile_type,
                pseudonym,
                bool_and(has_survivor) as has_survivor
            from {{ ref("int_erased__profiles") }}
            group by profile_type, pseudonym
            having min(load_number) > coalesce(
                (select load_number from raw.settled_tables where table_name = {{ sql_text(this.identifier) }}), 0
            )
        )
    {%- endset -%}
    {{ return(erased if run_query("select 1 from " ~ erased ~ " as erased limit 1").rows else none) }}
{%- endmacro %}

{#-
    What stands for the id of an erased person: the same for an id of any type, so that columns which name a person
    without a type meet those which do, and for the pseudonym itself. Argument: id (SQL text, as to_id leaves it). Returns:
    SQL text, null for null; without the key of keyed_hash it fails, as a null would bring the id back.
-#}
{% macro pseudonym(id) -%}
    case
        when {{ is_pseudonym(id) }} then {{ id }}
        when {{ id }} is not null then {{ or_fail("'erased-' || " ~ keyed_hash_of_id(id), "there is no key for pseudonyms") }}
    end
{%- endmacro %}

{#- True where an id is a pseudonym. Argument: id (SQL text). Returns: SQL. -#}
{% macro is_pseudonym(id) -%}
    coalesce({{ id }} like 'erased-{{ "_" * 32 }}', false)
{%- endmacro %}

{#- The hash that a pseudonym holds: ids are looked up by it, which costs half of making their pseudonyms. -#}
{% macro hash_in(pseudonym) -%}
    right({{ pseudonym }}, 32)
{%- endmacro %}

{#-
    True where an id, of whichever type, is an erased person's; null for null. Arguments: id (SQL text, of no pseudonym),
    erased (erased_profiles()).
-#}
{% macro is_erased_id(id, erased) -%}
    {{ keyed_hash_of_id(id) }} in (select {{ hash_in("erased.pseudonym") }} from {{ erased }} as erased)
{%- endmacro %}

{#-
    Finds the person of a row among the erased. A row that names an id without its type is erased with whichever person
    has the id.

    Arguments: id (SQL text), profile_type (SQL text), erased (erased_profiles()), hash (SQL text, of the id; needed where
    it may be a pseudonym).
    erased_person: a dict of SQL: profile_id, the person's id or pseudonym; is_erased, whether their personal data goes, too.
    join_erased_profiles: the joins, nothing where nobody is erased. In them hashed.pseudonym is there for an id that is an
        erased person's, of whichever type, and erased.pseudonym where the type fits as well.
-#}
{% macro erased_person(id, erased) -%}
    {%- if not erased -%}
        {{ return({"profile_id": id, "is_erased": "false"}) }}
    {%- endif -%}
    {{ return({
        "profile_id": "coalesce(erased.pseudonym, " ~ id ~ ")",
        "is_erased": "coalesce(not erased.has_survivor, false)",
    }) }}
{%- endmacro %}

{% macro join_erased_profiles(id, profile_type, erased, hash=none) -%}
    {%- if erased %}
    left join (
        select
            pseudonym,
            {{ hash_in("pseudonym") }} as id_hash
        from {{ erased }}
        group by pseudonym
    ) as hashed
        on {{ hash or keyed_hash_of_id(id) }} = hashed.id_hash
    left join (
        select
            profile_type as erased_type,
            pseudonym,
            bool_and(has_survivor) as has_survivor
        from {{ erased }}
        group by profile_type, pseudonym
        union all
        select distinct
            cast(null as string) as erased_type,
            pseudonym,
            false as has_survivor
        from {{ erased }}
    ) as erased
        on
            hashed.pseudonym = erased.pseudonym
            and {{ profile_type }} is not distinct from erased.erased_type
    {%- endif %}
{%- endmacro %}

{#-
    The columns of family tables, beside profile_id, in which the id of a person may stand. Some of them name the type of
    their record in another column or not at all, so that all are looked up by the id alone. Added columns of text may hold
    one as well, spelt in any way. Returns: a dict column -> SQL, the id.
-#}
{% macro ids_of_people() -%}
    {%- set ids = {} -%}
    {%- for name in [
        "contact_id", "lead_id", "secondary_recipient_profile_id", "deleted_contact_id", "deleted_entity_id", "entity_id",
        "source_entity_id", "record_id", "binding_id", "request_object_id",
    ] -%}
        {%- do ids.update({name: name}) -%}
    {%- endfor -%}
    {%- for column in requested_columns().values() if column.data_type == "varchar" and not column.config.meta.pii -%}
        {%- do ids.update({column.name: to_id(column.name)}) -%}
    {%- endfor -%}
    {{ return(ids) }}
{%- endmacro %}

{#-
    A column of ids_of_people() in a select with join_erased_profiles(), with the pseudonym in an erased person's place. Most
    name the row's own person again. Arguments: name (the column), own_id (SQL, the person's), erased (erased_profiles()).
-#}
{% macro id_in_a_row(name, own_id, erased) -%}
    {%- set id = ids_of_people()[name] -%}
    case
        when {{ id }} = {{ own_id }} then coalesce(hashed.pseudonym, {{ name }})
        when {{ is_erased_id("nullif(" ~ id ~ ", " ~ own_id ~ ")", erased) }} then {{ pseudonym(id) }}
        else {{ name }}
    end
{%- endmacro %}

{#- The same in stored rows. Arguments: name (the column), is_erased (SQL, whether its id is an erased person's). -#}
{% macro pseudonym_in_place_of(name, is_erased) -%}
    case
        when {{ is_erased }} then {{ pseudonym(ids_of_people()[name]) }}
        else {{ name }}
    end
{%- endmacro %}

{#- Whether the policy leaves of a kind no more than is left of erased people: so it need not be worked out twice. -#}
{% macro _names_nobody_anyway(kind) -%}
    {{ return(kind in ("url", "report") and var("pii_policy") != "keep") }}
{%- endmacro %}

{#-
    A marked column of a family table, in a select with join_erased_profiles(): under the policy, or what is left of it
    where the person is erased.

    Arguments: name (the column), kind (of pii_kinds()), person (erased_person()), erased (erased_profiles(); none =
    nobody is), columns (dict of the family table's). Returns: SQL text.
-#}
{% macro protected_in_a_row(name, kind, person, erased, columns) -%}
    {%- if erased and not _names_nobody_anyway(kind) -%}
        case
            when {{ person.is_erased }}
                then {{ _left_of_erased(name, kind, person.profile_id, contact_point_key(name), columns) }}
            else {{ protected(name, kind) }}
        end
    {%- else -%}
        {{ protected(name, kind) }}
    {%- endif -%}
{%- endmacro %}

{#-
    What is left of an erased person's marked column. By the pseudonym of an address or number, consents in Dataverse are
    found to be this person's, see erased_contact_points(). The person stands for their devices, so that visitors can still
    be counted.

    Arguments: name, kind and columns as above, person_id (their pseudonym), key (the contact_point_key of the value).
-#}
{% macro _left_of_erased(name, kind, person_id, key, columns) -%}
    {%- if kind == "device" -%}
        case when {{ name }} is not null then {{ person_id }} end
    {%- elif name in columns_of_contact_points(columns, {name: kind}) -%}
        {{ pseudonym(key) }}
    {%- else -%}
        {{ protected(name, kind, "drop") }}
    {%- endif -%}
{%- endmacro %}

{#-
    The columns of a family table that hold pseudonyms of erased people's contact points. E-mail addresses have
    contact_point_key for it, where that is a column.

    Arguments: columns (dict of the family table's), kinds (dict column -> kind). Returns: a list.
-#}
{% macro columns_of_contact_points(columns, kinds) -%}
    {%- set names = ["contact_point_key"] if "contact_point_key" in columns else [] -%}
    {%- for name, kind in kinds.items() if name in columns -%}
        {%- if kind in ("phone", "contact_point") or (kind == "email" and "contact_point_key" not in columns) -%}
            {%- do names.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    The key of the contact point of an event that changes consent: of others it can be read off the address, unless the policy
    hides that for good. Of an erased person all events have it, as a pseudonym, since their consents in Dataverse are found
    by it.

    Arguments: person and erased (as above), columns (what the row has). Returns: SQL text.
-#}
{% macro contact_point_key_of_a_row(person, erased, columns) -%}
    {%- set key = contact_point_key(contact_point_of(columns)) -%}
    case
        {%- if erased %}
        when {{ person.is_erased }} then {{ pseudonym(key) }}
        {%- endif %}
        when {% if has_key_of_all_contact_points() -%}
            true
        {%- else -%}
            interaction_type in ({{ sql_texts(entities_held("interaction_types.consent_change is not null") or [""]) }})
        {%- endif %} then {{ key }}
    end
{%- endmacro %}

{#-
    How to erase people in rows of a family table that an earlier load stored, under the policy of that time. Where addresses
    were masked or dropped, nothing tells any more which they were, save of events that change consent.

    Arguments: columns (dict of the family table's), kinds (pii_columns() of its staging models), person_id (SQL, the
    person's pseudonym). Returns: a dict column -> SQL, the new value.
-#}
{% macro erased_values_of_stored_rows(columns, kinds, person_id) -%}
    {%- set values = {} -%}
    {%- for name in columns if name in kinds and not _names_nobody_anyway(kinds[name]) -%}
        {%- set keys = {"hash": name, "keep": contact_point_key(name)} -%}
        {%- set key = keys.get(var("pii_policy"), "cast(null as string)") -%}
        {%- do values.update({name: _left_of_erased(name, kinds[name], person_id, key, columns)}) -%}
    {%- endfor -%}
    {%- if "contact_point_key" in columns -%}
        {%- set address = contact_point_of(columns) -%}
        {%- set keys = {"hash": address, "keep": contact_point_key(address)} -%}
        {%- set key = "coalesce(contact_point_key, " ~ keys.get(var("pii_policy"), "null") ~ ")" -%}
        {%- do values.update({"contact_point_key": pseudonym(key)}) -%}
    {%- endif -%}
    {{ return(values) }}
{%- endmacro %}
