{#-
    Columns that a tenant added to its raw tables and that the var passthrough_columns asks for, by entity:
        EmailSent: [new_campaigncode, {name: new_priority, data_type: bigint, as: priority}, {name: new_note, pii: free_text}]
    They stand behind the columns of the YAML: in the entity's staging view, in its family table, and in the facts that
    have one row for each of its interactions. Like all others they are content: rows without any id that differ in them
    are different interactions.
-#}

{#- All columns of a staging model or family table. Argument: node. Returns: a dict name -> column. -#}
{% macro all_columns(node) -%}
    {%- if not var("passthrough_columns") -%}
        {{ return(node.columns) }}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- do columns.update(node.columns) -%}
    {%- if (node.config.meta or {}).get("entity") -%}
        {%- do columns.update(requested_columns([node.config.meta.entity])) -%}
    {%- elif node.name.endswith("__interactions") -%}
        {%- do columns.update(requested_columns(entities_of(node))) -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{#-
    What is asked of some entities. Argument: entities (list of names; none = of all).
    Returns: a dict name -> column, shaped like the YAML's; empty where nothing is asked.
-#}
{% macro requested_columns(entities=none) -%}
    {%- set wanted = entities | map("lower") | list if entities is not none else none -%}
    {%- set columns = {} -%}
    {%- set asked = var("passthrough_columns") or {} -%}
    {%- for entity, items in asked.items() if wanted is none or entity | lower in wanted -%}
        {%- for item in items -%}
            {%- set column = _requested_column(item) -%}
            {%- do columns.update({column.name: column}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro _requested_column(item) -%}
    {%- set asked = {"name": item} if item is string else item -%}
    {{ return({
        "name": asked.get("as") or _snake_case(asked.name),
        "data_type": asked.get("data_type", "varchar"),
        "config": {"meta": {"source": asked.name, "pii": asked.get("pii")}},
        "constraints": [],
    }) }}
{%- endmacro %}

{#- new_CampaignCode and `New Campaign Code` both become new_campaign_code. -#}
{% macro _snake_case(name) -%}
    {%- set parted = modules.re.sub("([a-z0-9])([A-Z])", "\\1_\\2", name) -%}
    {{ return(modules.re.sub("[^A-Za-z0-9]+", "_", parted).strip("_") | lower) }}
{%- endmacro %}

{#-
    The added columns of the interactions that a fact holds, to end its list of columns with.

    Arguments: table (alias of what the fact selects from), held (SQL over interaction_types: the fact's own condition;
    none = it holds all). Returns: SQL that begins with a comma; nothing where nothing is asked, and in a unit test.
-#}
{% macro added_columns(table, held=none) -%}
    {%- if execute and var("passthrough_columns") and model.resource_type != "unit_test" -%}
        {%- for name in requested_columns(entities_held(held) if held else none) -%}
            ,
        {{ table }}.{{ name }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- The entities that meet a condition; none before a first build, when a model is compiled without its seeds. -#}
{% macro entities_held(held) -%}
    {%- set interaction_types = load_relation(ref("interaction_types")) -%}
    {%- set entities = [] -%}
    {%- if interaction_types is not none -%}
        {%- for row in run_query(
            "select interaction_type from " ~ interaction_types ~ " as interaction_types where " ~ held
        ).rows -%}
            {%- do entities.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(entities) }}
{%- endmacro %}

{#- Stops the run where the var passthrough_columns asks for something that can't be. -#}
{% macro check_passthrough_columns() -%}
    {%- if execute and var("passthrough_columns") -%}
        {%- set loaded = {} -%}
        {%- for node in staging_nodes() -%}
            {%- do loaded.update({node.config.meta.entity | lower: node.columns.values()}) -%}
        {%- endfor -%}
        {%- set taken = _names_in_use() -%}
        {%- set sources, types = {}, {} -%}
        {%- for entity, items in var("passthrough_columns").items() -%}
            {%- if entity | lower not in loaded -%}
                {%- do _refuse_passthrough(entity ~ " is no interaction table that is known; one is EmailSent") -%}
            {%- endif -%}
            {%- for item in items -%}
                {%- do _check_requested_item(entity, item) -%}
                {%- set column = _requested_column(item) -%}
                {%- set place = entity ~ "." ~ column.config.meta.source -%}
                {%- for known in loaded[entity | lower] if raw_attribute(known) == raw_attribute(column) -%}
                    {%- do _refuse_passthrough(place ~ " is loaded already, as " ~ known.name) -%}
                {%- endfor -%}
                {%- if not modules.re.fullmatch("[a-z_][a-z0-9_]*", column.name) -%}
                    {%- do _refuse_passthrough(
                        place ~ " can't be named '" ~ column.name ~ "': give it a name of lower-case letters, digits "
                        ~ "and underscores with `as`"
                    ) -%}
                {%- elif column.name in taken -%}
                    {%- do _refuse_passthrough(
                        place ~ " can't be named " ~ column.name ~ ", a word that this project or SQL uses: give it "
                        ~ "another name with `as`"
                    ) -%}
                {%- elif (entity | lower, column.name) in sources -%}
                    {%- do _refuse_passthrough(
                        place ~ " and " ~ sources[(entity | lower, column.name)] ~ " would both be " ~ column.name
                        ~ ": give one another name with `as`"
                    ) -%}
                {%- elif types.get(column.name, column.data_type) != column.data_type -%}
                    {%- do _refuse_passthrough(
                        column.name ~ " is " ~ types[column.name] ~ " in one place and " ~ column.data_type ~ " in "
                        ~ place ~ ": one name needs one type"
                    ) -%}
                {%- endif -%}
                {%- do sources.update({(entity | lower, column.name): place}) -%}
                {%- do types.update({column.name: column.data_type}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro _check_requested_item(entity, item) -%}
    {%- if item is mapping -%}
        {%- set unknown = item.keys() | reject("in", ["name", "data_type", "as", "pii"]) | list -%}
        {%- if unknown -%}
            {%- do _refuse_passthrough(entity ~ ": a column has name, data_type, as and pii, but no " ~ unknown[0]) -%}
        {%- endif -%}
    {%- endif -%}
    {%- set asked = item if item is mapping else {"name": item} -%}
    {%- if asked.get("name") is not string or asked.get("as", "") is not string -%}
        {%- do _refuse_passthrough(
            entity ~ ": a column is a name or {name: new_priority, data_type: bigint, as: priority}, not " ~ item
        ) -%}
    {%- elif asked.get("data_type", "varchar") not in ["varchar", "bigint", "double", "boolean", "timestamp"] -%}
        {%- do _refuse_passthrough(
            entity ~ "." ~ asked.name ~ " can't be " ~ asked.data_type
            ~ ": a data_type is varchar, bigint, double, boolean or timestamp"
        ) -%}
    {%- elif asked.get("pii", pii_kinds()[0]) not in pii_kinds() or ("pii" in asked and asked.get("data_type", "varchar") != "varchar") -%}
        {%- do _refuse_passthrough(
            entity ~ "." ~ asked.name ~ ": pii is for columns of text, and one of " ~ pii_kinds() | join(", ")
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#-
    Every word in the project's models, and what the engine keeps for itself. Models pass columns on with `*` and give
    names of their own beside them: an added column of such a name would silently take the other's place.
    Returns: a dict with the names as keys.
-#}
{% macro _names_in_use() -%}
    {#- The names that stage_entity and deduplicate give. -#}
    {%- set names = {"cij_schema_generation": true, "event_key": true, "key_in_1_0": true, "row_address": true} -%}
    {%- for word in reserved_words() -%}{%- do names.update({word: true}) -%}{%- endfor -%}
    {%- for node in nodes_of("model.cij.") -%}
        {%- do names.update(node.columns) -%}
        {%- for word in modules.re.findall("[a-z_][a-z0-9_]*", node.raw_code) -%}
            {%- do names.update({word: true}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{% macro _refuse_passthrough(reason) -%}
    {%- do exceptions.raise_compiler_error("passthrough_columns: " ~ reason) -%}
{%- endmacro %}
