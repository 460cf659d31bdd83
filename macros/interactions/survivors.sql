{#-
    Rows keep the person to whom they were addressed, and are counted for who that is today: the survivor, where contacts or
    leads were merged. So a merge that is made, prolonged or taken back changes keys, and no number of rows.
-#}

{#-
    Whoever is or was merged: int_dataverse__survivors, or none where there is nobody, so that nobody pays for a join that
    finds nothing. Unit tests do without it.
-#}
{% macro survivors() -%}
    {{ return(relation_with_rows("int_dataverse__survivors")) }}
{%- endmacro %}

{#-
    Who the person of a row is today; profile_key makes a key of it.

    Argument: table (an alias with profile_type and profile_id).
    surviving_profile_id: SQL, an id, in a select with join_survivors of the same table.
    join_survivors: the join, to follow the table in `from`; nothing where nobody was merged.
-#}
{% macro surviving_profile_id(table) -%}
    {{ "coalesce(survivors.surviving_profile_id, " ~ table ~ ".profile_id)" if survivors() else table ~ ".profile_id" }}
{%- endmacro %}

{% macro join_survivors(table) -%}
    {%- if survivors() %}
    left join (
        select
            profile_type as merged_profile_type,
            profile_id as merged_profile_id,
            surviving_profile_id
        from {{ survivors() }}
    ) as survivors
        on
            {{ table }}.profile_type = survivors.merged_profile_type
            and {{ table }}.profile_id = survivors.merged_profile_id
    {%- endif -%}
{%- endmacro %}

{#-
    Those whose survivor has changed in loads that the table being built doesn't hold. Argument: held (loads_held()).
    Returns: a select of profile_type and profile_id; empty where there are none.
-#}
{% macro people_with_new_survivors(held) -%}
    {%- if survivors() -%}
        {%- set changed = "select profile_type, profile_id from " ~ survivors() ~ " where load_number > " ~ held -%}
        {{ changed if run_query(changed ~ " limit 1").rows }}
    {%- endif -%}
{%- endmacro %}
