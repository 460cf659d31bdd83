{#-
    On Spark a view's text is limited by the catalog (the one of a local session holds 32,700 signs), and what is compiled of a
    query by Java's limits. To clean an id takes two thousand signs, and an entity has thirty ids: so all ids of a row are
    cleaned in one expression, and only of rows in which one of them is anything but a plain guid.
-#}
{% macro default__ids_cast_together(columns, raw) -%}
    {%- set values, clean, given = {}, [], _text_ids(columns, raw) -%}
    {%- for name, value in given.items() -%}
        {%- do values.update({
            name: "case when raw.cij_ids is null then " ~ value ~ " else get(raw.cij_ids, " ~ loop.index0 ~ ") end"
        }) -%}
        {%- do clean.append("coalesce(" ~ value ~ " rlike " ~ sql_text(
            "^(Contact|Lead|contact|lead)\\z" if name == "profile_type"
            else "^(?!0{8}-0)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\z"
        ) ~ ", true)") -%}
    {%- endfor -%}
    {%- set relation -%}
        (
            select
                *,
                case
                    when not ({{ clean | join(" and ") }})
                        then transform(array({{ given.values() | join(", ") }}), id -> {{ to_id("id") }})
                end as cij_ids
            from {{ raw.relation }} as raw
        )
    {%- endset -%}
    {{ return({"values": values, "relation": relation if given else raw.relation}) }}
{%- endmacro %}

{#- The ids that come from one attribute, in text. Returns: a dict column -> SQL, the raw value. -#}
{% macro _text_ids(columns, raw) -%}
    {%- set given = {} -%}
    {%- for column in columns.values() if raw.relation and column.data_type == "varchar" -%}
        {%- set there = raw_attributes(column) | select("in", raw.columns) | list -%}
        {%- if (column.name.endswith("_id") or column.name == "profile_type") and there | length == 1 -%}
            {%- if raw.columns[there[0]].type == "VARCHAR" -%}
                {%- do given.update({column.name: raw_reference(raw.columns[there[0]])}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(given) }}
{%- endmacro %}
