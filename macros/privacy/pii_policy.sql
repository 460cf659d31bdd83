{#-
    Personal data, by the setting pii_policy. Staging YAML marks the columns that may hold some (`config.meta.pii`), with
    what kind it is; what becomes of each kind is decided here and nowhere else. It is applied once: in the family
    tables, and where records of Dataverse become one row each. Whatever is built on those obeys.

    Some kinds have a part that is no personal data and that marts live on: models/staging/README.md says which. It stays
    under every policy, so that totals are the same under all of them.
-#}

{#- The kinds that may stand in `config.meta.pii`. Returns: a list. -#}
{% macro pii_kinds() -%}
    {{ return([
        "email", "phone", "contact_point", "ip", "name", "address", "free_text", "inbound_text", "answer", "device", "url",
        "report",
    ]) }}
{%- endmacro %}

{#-
    The columns of staging models that hold personal data. Argument: models (list of relations, from ref()). Returns: a
    dict column -> kind; empty while parsing and in unit tests, which know no YAML.
-#}
{% macro pii_columns(models) -%}
    {%- set found = {} -%}
    {%- if execute and graph.nodes -%}
        {%- for relation in models -%}
            {%- for column in all_columns(graph.nodes["model.cij." ~ relation.identifier]).values() -%}
                {%- set kind = (column.config.meta or {}).get("pii") -%}
                {%- if kind and kind not in pii_kinds() -%}
                    {%- do exceptions.raise_compiler_error(
                        relation.identifier ~ "." ~ column.name ~ ": no such kind of personal data: " ~ kind
                        ~ "; meta.pii is one of " ~ pii_kinds() | join(", ")
                    ) -%}
                {%- elif kind -%}
                    {%- do found.update({column.name: kind}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    A value as the policy lets it be seen. Arguments: value (SQL text), kind (of pii_kinds()), policy (hash, mask, drop or
    keep). Returns: SQL text.
-#}
{% macro protected(value, kind, policy=none) -%}
    {%- set policy = policy or var("pii_policy") -%}
    {%- if policy == "keep" -%}
        {{ value }}
    {%- elif kind == "device" -%}
        {{ keyed_hash(value) }}
    {%- elif kind == "url" -%}
        {{ without_parameters(value) }}
    {%- elif kind == "report" -%}
        {{ without_addresses(value) }}
    {%- elif kind == "answer" -%}
        case when {{ is_short_answer(value) }} then {{ value }} else {{ _replaced(value, policy) }} end
    {%- elif kind == "inbound_text" -%}
        {{ _protected_inbound_text(value, policy) }}
    {%- else -%}
        {{ _replaced(value, policy) }}
    {%- endif -%}
{%- endmacro %}

{% macro _replaced(value, policy) -%}
    {%- if policy == "hash" -%}
        {{ keyed_hash(value) }}
    {%- elif policy == "mask" -%}
        {{ shape_of(value) }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{#-
    What somebody wrote to us: a known keyword at its beginning stays, and whether more follows. What takes the place of the
    rest begins with no keyword, and is more than one word where it stands behind one.
-#}
{% macro _protected_inbound_text(value, policy) -%}
    {%- set rest = "case when " ~ value ~ " is not null then 'x x' end" if policy == "drop" else _replaced(value, policy) -%}
    {#- Addresses are looked for once: that is what costs. #}
    case
        when {{ is_before_address(value) }}
            then {{ rest }}
        when {{ word_at_start(value) }} not in (select keywords.keyword from {{ ref("sms_keywords") }} as keywords)
            then {{ rest }}
        when {{ word_at_start(value) }} is null
            then {{ rest }}
        when {{ is_one_word(value) }}
            then {{ word_at_start(value) }}
        else {{ word_at_start(value) }} || ' ' || {{ rest }}
    end
{%- endmacro %}

{#-
    The key of an address or number, whichever way its capitals are written, so that consents can be matched without
    showing it. Under the policy keep it is made without the secret key. Argument: contact_point (SQL text). Returns: SQL
    text; null where there is none.
-#}
{% macro contact_point_key(contact_point) -%}
    {%- if var("pii_policy") == "keep" -%}
        {%- set plain = lower_case(trimmed(contact_point)) -%}
        case when {{ plain }} != '' then {{ surrogate_key([plain]) }} end
    {%- else -%}
        case when {{ trimmed(contact_point) }} != '' then {{ keyed_hash(contact_point) }} end
    {%- endif -%}
{%- endmacro %}
