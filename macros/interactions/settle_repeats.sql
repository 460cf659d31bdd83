{#-
    Makes each interaction one row of a family table, in which every raw row was stored:
    - One key is (entity, organization, IdempotencyId); where that is null InternalMarketingInteractionId takes its
      place; where both are null, the whole row is its own key. A remote bounce writes a second EmailDelivered row
      that takes the first back (1, then -1), so DeliveredCount belongs to that entity's key.
    - Of several rows the highest version stays, then the latest, then the smallest id, then the one that says most (a
      row of schema 1.0 has fewer columns), so that the answer never depends on the order in which files are read.
    - What was dropped is counted on the row that stayed: repeated_rows of the same version, superseded_rows of others.
    Rows are stored first because storing is what costs most and repeats are few: the stored rows tell with their key
    columns alone which they are, while sorting them out on the way would read and cast every raw row twice.

    It runs in a transaction of its own: DuckDB would write all rows of a table again that is made and then changed in
    the same one.

    A post-hook: reads `this` and `model`. Returns: SQL, several statements.
-#}
{% macro settle_repeats() -%}
    {%- if execute -%}
        {%- set key_hash = quick_hash([interaction_identity(model.columns)]) %}
begin;

create or replace temp table contested as
    select
        {{ row_address() }} as row_address,
        *
    from {{ this }}
    where {{ key_hash }} in (
        select {{ key_hash }}
        from {{ this }}
        group by {{ key_hash }}
        having count(*) > 1
    );

create or replace temp table repeats as
    {{ ranked_interactions("contested", model.columns, kept=["row_address"]) }};

delete from {{ this }}
where {{ row_address() }} in (select repeats.row_address from repeats where repeats.place > 1);

update {{ this }}
set repeated_rows = repeats.repeated_rows, superseded_rows = repeats.superseded_rows
from repeats
where {{ this.identifier }}.{{ row_address() }} = repeats.row_address and repeats.place = 1;

drop table contested;

drop table repeats;

commit;
    {%- endif -%}
{%- endmacro %}

{#-
    The rows of a family table with their place among the rows of the same interaction (1 stays), and what the row that
    stays then stands for: rows settled before keep what they were counted for.

    Arguments: relation (SQL), columns (dict of the family table's columns), kept (list of more columns of the relation).
    Returns: a select of those columns, with place, repeated_rows and superseded_rows.
-#}
{% macro ranked_interactions(relation, columns, kept=[]) -%}
    {%- set content = columns.keys() | reject("in", counts_of_repeats()) | list -%}
    select
        {{ (kept + content) | join(", ") }},
        row_number() over (
            partition by {{ interaction_identity(columns) }}
            order by
                interaction_version desc nulls last,
                occurred_at desc nulls last,
                internal_marketing_interaction_id asc nulls last,
                {{ filled_values(content) }} desc,
                {{ quick_hash(content) }} asc
        ) as place,
        cast(sum(1 + repeated_rows) over (
            partition by {{ interaction_identity(columns) }}, interaction_version
        ) - 1 as bigint) as repeated_rows,
        cast(sum(1 + repeated_rows + superseded_rows) over (partition by {{ interaction_identity(columns) }})
        - sum(1 + repeated_rows) over (
            partition by {{ interaction_identity(columns) }}, interaction_version
        ) as bigint) as superseded_rows
    from {{ relation }}
{%- endmacro %}

{#- What makes two rows the same interaction. Argument: columns (dict of the family table's). Returns: SQL with commas. -#}
{% macro interaction_identity(columns) -%}
    interaction_type, organization_id, coalesce(idempotency_id, internal_marketing_interaction_id), content_key
    {%- if "delivered_count" in columns %}, coalesce(delivered_count, 1){% endif -%}
{%- endmacro %}

{#- The columns that count the rows dropped for the one that stayed. Returns: a list. -#}
{% macro counts_of_repeats() -%}
    {{ return(["repeated_rows", "superseded_rows"]) }}
{%- endmacro %}

{#- How many of several columns are not null. Argument: columns (list). Returns: SQL. -#}
{% macro filled_values(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}{%- do parts.append("cast(" ~ column ~ " is not null as integer)") -%}{%- endfor -%}
    {{ parts | join(" + ") }}
{%- endmacro %}
