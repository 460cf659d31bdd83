with interactions as (
    {{ union_families(family_tables(), {
        "interaction_type": "varchar",
        "content_key": "varchar",
        "repeated_rows": "bigint",
        "superseded_rows": "bigint",
    }) }}
),

counted as (
    select
        interaction_type,
        count(*) as interactions,
        cast(sum(repeated_rows) as bigint) as repeats,
        cast(sum(superseded_rows) as bigint) as superseded,
        -- Rows without any id can only repeat each other.
        cast(coalesce(sum(1 + repeated_rows) filter (where content_key is not null), 0) as bigint) as rows_without_id
    from interactions
    group by interaction_type
),

final as (
    select
        coverage.interaction_type,
        coverage.raw_rows,
        coverage.skipped_rows,
        coalesce(counted.interactions, 0) as interactions,
        coalesce(counted.repeats, 0) as repeats,
        coalesce(counted.superseded, 0) as superseded,
        coalesce(counted.rows_without_id, 0) as rows_without_id,
        {{ rate("(counted.repeats + counted.superseded)", "(coverage.raw_rows - coverage.skipped_rows)") }}
            as duplicate_share
    from {{ ref("source_coverage") }} as coverage
    left join counted
        on coverage.interaction_type = counted.interaction_type
    where coverage.is_present
)

select * from final
