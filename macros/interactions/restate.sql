{#-
    Facts that grow from load to load work out anew what a load touched, and nothing else. What they restate together is
    coarser than the grain of any of them, as an event may lack its run and belong to one that another event names:
        message     all that happened to one message definition and one person
        journey     all that one person did in one journey
    Each of these has a dirty key, which is a hash: where two meet, one more is restated.

    How far a fact has come is the highest load_number in it. So a fact that a run didn't reach catches up in the next.
-#}

{#-
    What a row belongs to, as one number. Argument: subject (message or journey; without one, what the model's meta names as
    restate_subject). Returns: SQL over profile_id and message_id or journey_id.
-#}
{% macro dirty_key(subject=none) -%}
    {{ quick_hash(["profile_id", {"message": "message_id", "journey": "journey_id"}[subject or model.config.meta.restate_subject]]) }}
{%- endmacro %}

{#-
    Writes down what rows of a family table belong to before they are replaced or change hands. Arguments: load_number,
    rows (SQL: what follows `from`). Returns: SQL, one statement.
-#}
{% macro note_dirty_keys(load_number, rows) -%}
insert into raw.left_hashes
select distinct {{ load_number }}, {{ dirty_key("message") }}, {{ dirty_key("journey") }}
from {{ rows }};
{%- endmacro %}

{#-
    Whether the table that is being built holds earlier loads, to which this one adds; the sample has one load. (A model that asks dbt itself has to
    say in each of its unit tests what the answer is.)
-#}
{% macro adds_to_earlier_loads() -%}
    {{ return(model.resource_type != "unit_test" and is_incremental() and has_export()) }}
{%- endmacro %}

{#- Up to which load the table that is being built holds everything. Returns: an integer; 0 where it is built anew. -#}
{% macro loads_held() -%}
    {{ return(
        run_query("select coalesce(max(load_number), 0) from " ~ this).rows[0][0] if execute and adds_to_earlier_loads() else 0
    ) }}
{%- endmacro %}

{#-
    The condition for rows that have to be restated: what rows of loads that the fact doesn't hold yet belong to, in any of
    the tables that the model's meta names as restate_from, what stored rows have left since, and what belongs to people
    who are somebody else today. Returns: SQL; empty where the fact is built anew.
-#}
{% macro is_dirty() -%}
    {%- if adds_to_earlier_loads() -%}
        {%- set held = loads_held() -%}
        {#- Of a table without rows nobody knows how far it has come. -#}
        {%- if not held -%}true{%- else -%}
        {#- A fact over another fact gets its people from there, and has no survivors to look up. -#}
        {%- set people = people_with_new_survivors(held) if "model.cij.int_dataverse__survivors" in model.depends_on.nodes -%}
        {{ dirty_key() }} in (
            {%- for name in model.config.meta.restate_from %}
            select {{ dirty_key() }} as dirty_key
            from {{ ref(name) }}
            where load_number > {{ held }}
            union all
            {%- endfor %}
            select left_hashes.{{ model.config.meta.restate_subject }}_hash
            from raw.left_hashes
            where load_number > {{ held }}
            {%- if people %}
            union all
            select {{ dirty_key() }} as dirty_key
            from {{ this }}
            where (profile_type, profile_id) in ({{ people }})
            {%- endif %}
        )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#-
    The condition for rows that a fact of single interactions has to take, for the same reasons. Returns: SQL; empty where
    the fact is built anew.
-#}
{% macro is_taken_anew() -%}
    {%- set held = loads_held() -%}
    {%- set people = people_with_new_survivors(held) if held -%}
    {%- if held -%}
        (load_number > {{ held }} {%- if people %} or (profile_type, profile_id) in ({{ people }}){% endif %})
    {%- endif -%}
{%- endmacro %}

{#-
    The incremental strategy of facts of single interactions: rows that were taken anew take the place of those with the
    same key. Argument: arguments (dict, from dbt). Returns: SQL, two statements.
-#}
{% macro get_incremental_take_anew_sql(arguments) -%}
    delete from {{ arguments.target_relation }}
    {%- if adds_to_earlier_loads() %}
    where {{ arguments.unique_key }} in (select {{ arguments.unique_key }} from {{ arguments.temp_relation }})
    {%- endif %};

    {{ _insert_all(arguments) }}
{%- endmacro %}

{#-
    The incremental strategy of facts that are restated. A row that comes out as it was keeps the load that it is of, so that what is
    made of it needn't be made anew. Argument: arguments (dict, from dbt; the first column is the key). Returns: SQL, three
    statements.
-#}
{% macro get_incremental_restate_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute="name") | list -%}
    update {{ arguments.temp_relation }} as worked_out
    set load_number = stored.load_number
    from {{ arguments.target_relation }} as stored
    where
        worked_out.{{ columns[0] }} = stored.{{ columns[0] }}
        {%- for column in columns[1:] if column != "load_number" %}
        and worked_out.{{ column }} is not distinct from stored.{{ column }}
        {%- endfor %};

    delete from {{ arguments.target_relation }}
    where {{ is_dirty() or "true" }};

    {{ _insert_all(arguments) }}
{%- endmacro %}

{#-
    Aggregates by day are worked out anew for the days of which the fact has rows of a load that the aggregate doesn't
    hold, or another number of rows than the aggregate has counted: a row that left a day for another is missed there.
    The model's meta says as changed_day the fact (its name), the day (SQL over the fact), own_day (the aggregate's
    column) and rows (its column that counts the fact's rows).

    Argument: over_fact (whether to ask of the fact's rows, or of the aggregate's own). Returns: SQL, a condition; empty
    where the aggregate is built anew.
-#}
{% macro is_of_changed_day(over_fact=true) -%}
    {%- if adds_to_earlier_loads() -%}
        {%- set changed = model.config.meta.changed_day -%}
        coalesce({{ changed.day if over_fact else changed.own_day }}, date '0001-01-01') in (
            select coalesce(facts.day, counted.day, date '0001-01-01')
            from (
                select
                    {{ changed.day }} as day,
                    count(*) as fact_rows,
                    max(load_number) as load_number
                from {{ ref(changed.fact) }}
                group by {{ changed.day }}
            ) as facts
            full outer join (
                select
                    {{ changed.own_day }} as day,
                    sum({{ changed.rows }}) as fact_rows
                from {{ this }}
                group by {{ changed.own_day }}
            ) as counted
                on facts.day is not distinct from counted.day
            where
                facts.load_number > {{ loads_held() }}
                or facts.fact_rows is distinct from counted.fact_rows
        )
    {%- endif -%}
{%- endmacro %}

{#- The incremental strategy of these aggregates. Argument: arguments (dict, from dbt). Returns: SQL, two statements. -#}
{% macro get_incremental_restate_days_sql(arguments) -%}
    delete from {{ arguments.target_relation }}
    where {{ is_of_changed_day(over_fact=false) or "true" }};

    {{ _insert_all(arguments) }}
{%- endmacro %}

{#-
    The incremental strategy of small tables that are worked out from what they held and what is new. Argument: arguments
    (dict, from dbt). Returns: SQL, two statements.
-#}
{% macro get_incremental_replace_sql(arguments) -%}
    delete from {{ arguments.target_relation }};

    {{ _insert_all(arguments) }}
{%- endmacro %}

{% macro _insert_all(arguments) -%}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute="name")) -%}
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}

{#- The models that a changed setting makes anew, because they grow from load to load. Returns: a list of names. -#}
{% macro models_made_of_stored_rows() -%}
    {{ return([
        "int_messages__attempts", "fct_channel_engagement", "fct_interactions", "fct_journey_runs", "fct_journey_steps",
        "fct_journey_transitions", "fct_link_clicks", "fct_web_activity", "agg_channel_engagement_daily",
        "agg_journey_steps_daily",
    ]) }}
{%- endmacro %}
