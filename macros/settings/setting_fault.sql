{#-
    What is wrong with the settings: the first fault in one line, or nothing. Plain Jinja without anything of dbt's,
    because `scripts/build.py` asks the same macro before it starts dbt.

    Arguments: described (dict name -> kind, values, at_least, at_most, not_above, may_be_empty: `vars.settings` of
    dbt_project.yml), values (dict name -> value, one for each name that anybody gave), time_zones (list of all names),
    packages (list of the names of other packages: a var is theirs that has such a name, or begins with it and `_`).
    Returns: text.
-#}
{% macro setting_fault(described, values, time_zones, packages=[]) -%}
    {%- set found = namespace(fault="") -%}
    {%- for name, value in values.items() if not found.fault and name not in described -%}
        {%- if not _is_of_a_package(name | string, packages) | trim -%}
            {%- set found.fault = name ~ ": no such setting" ~ closest_name(name | string, described) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in described if not found.fault -%}
        {%- set fault = _value_fault(described[name], values[name], time_zones) | trim -%}
        {%- set found.fault = name ~ ": " ~ fault if fault else "" -%}
    {%- endfor -%}
    {%- for name, rules in described.items() if not found.fault and rules.not_above -%}
        {%- set value, limit = values[name], values[rules.not_above] -%}
        {%- set is_above = value | string > limit | string if rules.kind == "date" else value > limit -%}
        {%- if is_above -%}
            {%- set found.fault = name ~ ": must not be above " ~ rules.not_above ~ " (" ~ limit ~ ")" -%}
        {%- endif -%}
    {%- endfor -%}
    {{ found.fault }}
{%- endmacro %}

{#- `yes` where a var belongs to another package than this project. -#}
{% macro _is_of_a_package(name, packages) -%}
    {%- for package in packages if name == package or name.startswith(package ~ "_") -%}yes{%- endfor -%}
{%- endmacro %}

{#- What is wrong with one value, or nothing. A value without its quotes in YAML is of another type: dates may be. -#}
{% macro _value_fault(rules, value, time_zones) -%}
    {%- if value is string and ("{" ~ "{" in value or "{" ~ "%" in value or "{" ~ "#" in value) -%}
        must hold no Jinja, which dbt would run; a path with such signs goes by the environment
    {%- elif rules.kind == "text" -%}
        {{ "must be text" if value is not string }}
    {%- elif rules.kind == "yes_or_no" -%}
        {{ "must be true or false" if value is not boolean }}
    {%- elif rules.kind == "one_of" -%}
        {{ "must be one of " ~ rules["values"] | join(", ") if value not in rules["values"] }}
    {%- elif rules.kind == "ids" -%}
        {{ "must be a list of ids, such as [\"1f2e…\"]" if not _is_list_of_texts(value) | trim }}
    {%- elif rules.kind == "lists_by_name" -%}
        {%- set lists = [] -%}
        {%- for list in (value.values() if value is mapping else []) -%}
            {%- if list is sequence and list is not string and list is not mapping -%}{%- do lists.append(list) -%}{%- endif -%}
        {%- endfor -%}
        {%- if value is not mapping or lists | length < value | length -%}
            must give each name a list, such as {EmailSent: [new_region]}
        {%- endif -%}
    {%- elif rules.kind == "time_zone" -%}
        {%- if value not in time_zones -%}
            must be UTC or a time zone's IANA name, such as Europe/Berlin{{ closest_name(value | string, time_zones) }}
        {%- endif -%}
    {%- elif rules.kind == "date" -%}
        {%- if not (value == "" and rules.may_be_empty) and not _is_date(value | string) | trim -%}
            must be a day such as 2024-07-26{{ ", or empty" if rules.may_be_empty }}
        {%- endif -%}
    {%- else -%}
        {%- set kind = "a whole number" if rules.kind == "whole_number" else "a number" -%}
        {%- set is_number = value is number and value is not boolean -%}
        {%- if not is_number or (rules.kind == "whole_number" and value is not integer) -%}
            must be {{ kind }}, without quotes
        {%- elif not value >= rules.at_least or value > rules.get("at_most", value) -%}
            must be {{ kind ~ " from " ~ rules.at_least ~ (" to " ~ rules.at_most if rules.at_most else " on") }}
        {%- elif value > 1000000000 -%}
            must be no more than a billion
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- `yes` where a text is a day of the calendar in ISO 8601. -#}
{% macro _is_date(text) -%}
    {%- set parts = text.split("-") -%}
    {%- if parts | map("length") | list == [4, 2, 2] and (parts | join).isascii() and (parts | join).isdecimal() -%}
        {%- set year, month, day = parts[0] | int, parts[1] | int, parts[2] | int -%}
        {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
        {%- set lengths = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
        {{ "yes" if year >= 1 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1] }}
    {%- endif -%}
{%- endmacro %}

{#- `yes` where a value is a list of nothing but texts, none of them empty. -#}
{% macro _is_list_of_texts(value) -%}
    {%- if value is sequence and value is not string and value is not mapping -%}
        {{ "yes" if value | select("string") | select | list | length == value | length }}
    {%- endif -%}
{%- endmacro %}

{#- A question for the known name that shares most pairs of letters with a name; nothing where none is near. -#}
{% macro closest_name(name, known) -%}
    {%- set best = namespace(name="", likeness=0.5) -%}
    {%- for candidate in known -%}
        {%- set shared = namespace(pairs=0) -%}
        {%- for start in range(name | length - 1) if name[start:start + 2] | lower in candidate | lower -%}
            {%- set shared.pairs = shared.pairs + 1 -%}
        {%- endfor -%}
        {%- set likeness = 2 * shared.pairs / (name | length + candidate | length) -%}
        {%- if likeness > best.likeness -%}
            {%- set best.name, best.likeness = candidate, likeness -%}
        {%- endif -%}
    {%- endfor -%}
    {{ "; is " ~ best.name ~ " meant?" if best.name }}
{%- endmacro %}
