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

    Rows of earlier loads stay settled: only events of which this load brought a row are looked at, and those whose person
    was erased since. What stored rows belonged to before is kept in raw.left_hashes, for the facts have to be restated
    there, too.

    It runs in a transaction of its own: DuckDB would write all rows of a table again that is made and then changed in
    the same one. The load's files are written down in it as loaded, so that rows without it don't count
    (get_incremental_append_load_sql).

    A post-hook: reads `this` and `model`. Returns: SQL, several statements; nothing on Spark, which stores no row twice.
-#}
{% macro deduplicate() -%}
    {%- if execute and not ranks_in_select() -%}
        {%- set columns = all_columns(model) -%}
        {%- set key_hash = quick_hash([interaction_identity(columns)]) -%}
        {%- set load_number = this_load() %}
begin;


{{ _contested_rows(key_hash, load_number) }}

create or replace temp table repeats as
    {{ ranked_interactions("contested", columns, kept=["row_address"]) }};

delete from {{ this }}
where {{ row_address() }} in (select repeats.row_address from repeats where repeats.row_number > 1);

update {{ this }}
set repeated_rows = repeats.repeated_rows, superseded_rows = repeats.superseded_rows
from repeats
where {{ this.identifier }}.{{ row_address() }} = repeats.row_address and repeats.row_number = 1;

        {%- if has_export() %}

{{ note_dirty_keys(load_number, "repeats where row_number > 1 and load_number < " ~ load_number) }}

            {%- if load_number > 1 %}
{{ _erase_in_stored_rows(columns, load_number) }}
            {%- endif %}

{{ log_loaded_files(tables_stored_by(model)) }}

delete from raw.settled_tables where table_name = '{{ this.identifier }}';

insert into raw.settled_tables values ('{{ this.identifier }}', {{ load_number }}, '{{ invocation_id }}');
        {%- endif %}

drop table if exists arrived_again;

drop table contested;

drop table repeats;

commit;
    {%- endif -%}
{%- endmacro %}

{#-
    The rows that share their interaction with another one, as the temporary table contested: where there are earlier loads,
    only those of interactions of which this load brought a row. Arguments: key_hash (SQL), load_number. Returns: SQL.
-#}
{% macro _contested_rows(key_hash, load_number) -%}
        {%- if load_number > 1 %}

create or replace temp table arrived_again as
    select
        {{ row_address() }} as row_address,
        {{ key_hash }} as key_hash
    from {{ this }}
    where {{ key_hash }} in (select {{ key_hash }} from {{ this }} where load_number = {{ load_number }});
        {%- endif %}

create or replace temp table contested as
    select
        {{ row_address() }} as row_address,
        *
    from {{ this }}
        {%- if load_number > 1 %}
    where {{ row_address() }} in (
        select row_address
        from arrived_again
        where key_hash in (select key_hash from arrived_again group by key_hash having count(*) > 1)
    );
        {%- else %}
    where {{ key_hash }} in (select {{ key_hash }} from {{ this }} group by {{ key_hash }} having count(*) > 1);
        {%- endif %}
{%- endmacro %}

{#-
    Takes people who were erased since out of the rows of earlier loads: a pseudonym takes the place of their id, and nothing
    stays that the setting pii_policy had let through. The few rows of these people lie all over the table: they are taken
    out and added at its end, since an update would write whole columns again for all rows around them.

    Arguments: columns (dict of the family table's), load_number. Returns: SQL, several statements; nothing where nobody was
    erased since.
-#}
{% macro _erase_in_stored_rows(columns, load_number) -%}
    {%- set erased = newly_erased_profiles() if erased_profiles() -%}
    {%- if erased -%}
        {%- set person = erased_person("stored.profile_id", erased) %}

{{ _rows_of_newly_erased(erased, person, load_number) }}

    {%- set named_by = ids_of_people().keys() | select("in", columns) | list -%}
    {%- set values = _values_after_erasure(columns, named_by, load_number) -%}

{{ _touched_rows(erased, named_by) }}

{{ note_dirty_keys(load_number, this ~ " where " ~ row_address() ~ " in (select touched.row_address from touched)") }}

create or replace temp table changed as
    select
        {%- for name in columns %}
        {{ values.get(name, name) }} as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from (
        select
            {{ row_address() }} as row_address,
            *
        from {{ this }}
        where {{ row_address() }} in (select touched.row_address from touched)
    ) as stored
    left join erased_rows
        on stored.row_address = erased_rows.row_address;

delete from {{ this }}
where {{ row_address() }} in (select touched.row_address from touched);

insert into {{ this }} ({{ columns.keys() | join(", ") }})
select {{ columns.keys() | join(", ") }}
from changed;

drop table if exists named;

drop table changed;

drop table touched;

drop table erased_rows;

drop table erased_people;
    {%- endif -%}
{%- endmacro %}

{#-
    The stored rows of people who were erased since, as the temporary table erased_rows. Arguments: erased
    (newly_erased_profiles()), person (erased_person()), load_number. Returns: SQL, two statements.
-#}
{% macro _rows_of_newly_erased(erased, person, load_number) -%}
create or replace temp table erased_people as
    select
        stored.profile_type,
        stored.profile_id,
        erased.pseudonym,
        {{ person.is_erased }} as is_erased
    from (
        select distinct
            profile_type,
            profile_id
        from {{ this }}
        where load_number < {{ load_number }}
    ) as stored
    {{- join_erased_profiles(
        "stored.profile_id", "stored.profile_type", erased, hash=hash_in(pseudonym("stored.profile_id"))
    ) }}
    where erased.pseudonym is not null;

create or replace temp table erased_rows as
    select
        stored.row_address,
        erased_people.pseudonym,
        erased_people.is_erased
    from (
        select
            {{ row_address() }} as row_address,
            profile_type,
            profile_id
        from {{ this }}
        where load_number < {{ load_number }}
    ) as stored
    inner join erased_people
        on
            stored.profile_id = erased_people.profile_id
            and stored.profile_type is not distinct from erased_people.profile_type;
{%- endmacro %}

{#-
    The rows that have to change, as the temporary table touched: those, and rows of others that name one of these people.
    Arguments: erased (newly_erased_profiles()), named_by (list of the columns that may name a person). Returns: SQL.
-#}
{% macro _touched_rows(erased, named_by) -%}
    {%- if named_by %}
create or replace temp table named as
    {%- for name in named_by %}
    select {{ name }} as value
    from (select distinct {{ name }} from {{ this }}) as stored
    where {{ is_erased_id(ids_of_people()[name], erased) }}
    {{- " union" if not loop.last }}
    {%- endfor %};
    {%- endif %}

create or replace temp table touched as
    select erased_rows.row_address
    from erased_rows
    {%- for name in named_by %}
    union
    select {{ row_address() }} as row_address
    from {{ this }}
    where {{ name }} in (select named.value from named)
    {%- endfor %};
{%- endmacro %}

{#-
    What the columns of such rows become, beside erased_rows and, for ids in other columns, named. Arguments: columns (dict of
    the family table's), named_by (list of the columns that may name a person), load_number. Returns: a dict column -> SQL.
-#}
{% macro _values_after_erasure(columns, named_by, load_number) -%}
    {%- set values = {
        "profile_id": "coalesce(erased_rows.pseudonym, profile_id)",
        "load_number": load_number | string,
    } -%}
    {%- set kinds = pii_columns(staging_of(model)) -%}
    {%- for name, value in erased_values_of_stored_rows(columns, kinds, "erased_rows.pseudonym").items() -%}
        {%- do values.update({name: "case when erased_rows.is_erased then " ~ value ~ " else " ~ name ~ " end"}) -%}
    {%- endfor -%}
    {%- for name in named_by -%}
        {%- do values.update({name: pseudonym_in_place_of(name, name ~ " in (select named.value from named)")}) -%}
    {%- endfor -%}
    {{ return(values) }}
{%- endmacro %}

{#-
    The rows of a family table with their row_number among the rows of the same interaction (1 stays), and what the row that
    stays then stands for: rows settled before keep what they were counted for.

    Arguments: relation (SQL), columns (dict of the family table's columns), kept (list of more columns of the relation).
    Returns: a select of those columns, with row_number, repeated_rows and superseded_rows.
-#}
{% macro ranked_interactions(relation, columns, kept=[]) -%}
    {%- set content = columns.keys() | reject("in", counts_of_repeats() + ["load_number"]) | list -%}
    select
        {{ (kept + content) | join(", ") }},
        load_number,
        row_number() over (
            partition by {{ interaction_identity(columns) }}
            order by
                interaction_version desc nulls last,
                occurred_at desc nulls last,
                internal_marketing_interaction_id asc nulls last,
                {{ filled_values(content) }} desc,
                {{ surrogate_key(content) }} asc,
                load_number asc
        ) as row_number,
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
