{#-
    Addresses and numbers: which columns hold the one an event went to or came from, and the key it is known by.

    contact_point_columns(): the columns of family tables that hold it. An event fills one of them. Returns: a dict column ->
        data_type, for union_families, with contact_point_key.
    contact_point_of(columns, table): the first of them that is filled. Arguments: columns (what there is), table (an alias,
        or none). Returns: SQL text; null where none is there.
    contact_point_key_of_an_event(table): its key. Under the policies that hide addresses for good, contact_point_key has it;
        under the others it is read off the address. Argument: table (the alias of a union that has contact_point_columns()).
        Returns: SQL text.
    has_key_of_all_contact_points(): whether the policy is one of those that hide addresses for good.
-#}
{% macro contact_point_columns() -%}
    {{ return({
        "contact_point_key": "varchar",
        "email_address_used": "varchar",
        "recipient_phone_number": "varchar",
        "user_contact_point": "varchar",
        "recipient": "varchar",
    }) }}
{%- endmacro %}

{% macro contact_point_of(columns, table=none) -%}
    {%- set names = [] -%}
    {%- for name in contact_point_columns() if name in columns and name != "contact_point_key" -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return("coalesce(" ~ (qualified(names, table) + ["cast(null as string)"]) | join(", ") ~ ")") }}
{%- endmacro %}

{% macro contact_point_key_of_an_event(table) -%}
    {%- set stated = table ~ ".contact_point_key" -%}
    {%- if has_key_of_all_contact_points() -%}
        {{ return(stated) }}
    {%- endif -%}
    {%- set address = contact_point_of(contact_point_columns(), table) -%}
    {%- if var("pii_policy") == "hash" -%}
        {{ return("coalesce(" ~ stated ~ ", " ~ address ~ ")") }}
    {%- endif -%}
    {{ return("coalesce(" ~ stated ~ ", case when " ~ is_pseudonym(address) ~ " then " ~ address ~ " else "
        ~ contact_point_key(address) ~ " end)") }}
{%- endmacro %}

{% macro has_key_of_all_contact_points() -%}
    {{ return(var("pii_policy") not in ("hash", "keep")) }}
{%- endmacro %}
