{#-
    Spark's regular expressions are Java's. These try one way after another where DuckDB's follow all at once: what isn't
    written with care takes longer than anybody waits, or more stack than there is. So parts that can't match in two ways
    keep what they took (++ and *+), and a match begins where the one before it ended, or where nothing stands that it
    would have begun with.
-#}
{% macro default__without_addresses(value) -%}
    {%- set digits = "[+]?[0-9](?:[-/ ().]{0,2}[0-9]){7,}+" -%}
    {%- set ip = "\\b[0-9]{1,3}(?:[.][0-9]{1,3}){3}\\b|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,}+" -%}
    case
        when {{ value }} rlike {{ java_pattern(_sign_of_address() ~ "|[0-9](?:[-/ ().]{0,2}[0-9]){3}|:[^:]*:[^:]*:") }}
            then {{ java_replaced(
                java_replaced(_java_without_email_addresses(value), ip, "<ip>"), digits, "<number>"
            ) }}
        else {{ value }}
    end
{%- endmacro %}

{% macro _java_without_email_addresses(value) -%}
    {%- set replaced = namespace(sql=_java_decoded(value)) -%}
    {%- for pattern, replacement in [
        (_java_exchange_address(), "<email>"),
        (_java_email_address(), "<email>"),
        (_java_directory_name(), "<name>$1$2$3"),
        (_setting_with_domain() | replace(_domain(), _java_domain()), "$1$2" ~ _mark() ~ "$3$4"),
        (_java_sender_made_of_address(), "<email>$1$2"),
        (_mark(), "="),
    ] -%}
        {%- set replaced.sql = java_replaced(replaced.sql, pattern, replacement) -%}
    {%- endfor -%}
    case
        when not {{ value }} rlike {{ java_pattern(_sign_of_address()) }}
            then {{ value }}
        when length({{ value }}) >= 100 and {{ value }} rlike {{ java_pattern(_java_email_address(is_too_long=true)) }}
            then '<email>'
        else {{ replaced.sql }}
    end
{%- endmacro %}

{% macro default__without_parameters(value) -%}
    {%- set whole = _java_decoded(value) -%}
    {%- set query = "split_part(split_part(" ~ whole ~ ", '#', 1), '?', 2)" -%}
    {%- set campaign = "regexp_extract_all(" ~ query ~ ", " ~ java_pattern("(?i)(?:^|&)(utm_[a-z]+=[^&]*)") ~ ", 1)" -%}
    {%- set path = default__url_without_query(whole) -%}
    {%- set address = "(?:" ~ _at() ~ "|" ~ _bracketed_at() ~ "|" ~ _equals() ~ _java_domain() ~ "|cn" ~ _equals() ~ "|IMCEA|%23EXT%23)" -%}
    case
        when {{ path }} rlike {{ java_pattern(_sign_of_address() ~ "|%23") }}
            then {{ java_replaced(
                java_replaced(path, "(?i)^(mailto|sips?|xmpp):.*", "$1:<email>"),
                "(?i)" ~ _java_start("[^/]") ~ "[^/]+" ~ address ~ "[^/]*|(?:cn" ~ _equals() ~ "|IMCEA)[^/]*", "<email>"
            ) }}
        else {{ path }}
    end || case
        when {{ query }} ilike '%utm_%'
            then '?' || {{ java_replaced(
                "array_join(" ~ campaign ~ ", '&')", "(?i)(^|&)(utm_[a-z]+=)[^&]*" ~ address ~ "[^&]*", "$1$2<email>"
            ) }}
        else ''
    end
{%- endmacro %}

{% macro default__is_before_address(value) -%}
    {{ _java_decoded(value) }} rlike {{ java_pattern(_beginning_of_address() | replace(_domain(), _java_domain())) }}
{%- endmacro %}

{% macro _java_decoded(value) -%}
    {{ java_replaced(value, _hidden_at() | replace(")*", ")*+") | replace(")+", ")++"), "@") }}
{%- endmacro %}

{#- Where a match can begin that might as well begin with another of these signs. Argument: signs (a class). -#}
{% macro _java_start(signs) -%}
    {{ return("(?:\\G|(?<!" ~ signs ~ "))") }}
{%- endmacro %}

{#-
    As _email_address, but that the plain signs that are neither an @ nor a quote are taken in one go. With is_too_long: what
    might be so many quotes in one address, or pairs in one directory's name, that Java has no stack for them.
-#}
{% macro _java_email_address(is_too_long=false) -%}
    {%- set quoted -%}
        (?:"(?:[^"\\\r\n]++|\\.)*+"|\\"[^"\\\r\n]*\\"|&quot;[^&\r\n]*&quot;|'[^'\r\n]*')
    {%- endset -%}
    {%- set sign -%}
        [^\s@＠﹫<>(),;:"\[\]\\]
    {%- endset -%}
    {%- set sure_sign -%}
        [^\s@＠﹫<>(),;:"\[\]\\%={&']
    {%- endset -%}
    {%- set unsure_sign -%}
        (?:'|&quot;|\\"|=40|{{ _at() }}|{{ _bracketed_at() }})
    {%- endset -%}
    {%- set place -%}
        [^\s@＠﹫/?&=<>(),;:"']*
    {%- endset -%}
    {%- set after_quote -%}
        [">)]
    {%- endset -%}
    {%- set comment = "(?:\\([^()]*\\)|<[^<>@]*>)" -%}
    {%- set plain = "(?:&#?[0-9A-Za-z]++;|" ~ sign ~ "|\\\\.)" -%}
    {%- set run = "(?:" ~ sure_sign ~ "++|(?!" ~ unsure_sign ~ ")" ~ plain ~ ")++" -%}
    {%- set plain = "(?=" ~ unsure_sign ~ ")" ~ plain -%}
    {#- What an escaping backslash precedes could begin with that. -#}
    {%- set start = "(?:\\G|(?<!" ~ sign ~ ")(?<!\\\\(?=" ~ sure_sign ~ ")))" -%}
    {%- if is_too_long -%}
        {{ return(
            start ~ "(?:" ~ [quoted, run, plain, comment] | join("|") ~ "){100}+"
            ~ "|(?i:" ~ _directory_key() ~ "\\s?" ~ _equals() ~ '[^\\\\,;<>"\\r\\n/+%]*+(?:[,;/+]\\s*+|%2[cf])){50}+'
        ) }}
    {%- endif -%}
    {%- set local_part = start ~ "(?:" ~ [quoted, run, plain] | join("|") ~ ")(?:" ~ [
        run, "(?<=" ~ after_quote ~ ")" ~ quoted, plain, "(?<!" ~ after_quote ~ ")" ~ quoted, comment
    ] | join("|") ~ ")*" -%}
    {%- set unsure = "(?:\\s{0,3}" ~ _at() ~ "\\s{0,3}|" ~ _bracketed_at() ~ "|=40)" -%}
    {{ return(
        "//[^\\s/@]+" ~ _at() ~ place
        ~ "|" ~ local_part ~ "(?:" ~ _at() ~ comment ~ "?" ~ place ~ ")++"
        ~ "|" ~ local_part ~ unsure ~ comment ~ "?" ~ _java_domain()
    ) }}
{%- endmacro %}

{#- A domain of more than a hundred parts is none. -#}
{% macro _java_domain(most_letters="") -%}
    {{ return(_domain(most_letters) | replace(")+(?:[a-zA-Z", "){1,100}(?:[a-zA-Z")) }}
{%- endmacro %}

{% macro _java_exchange_address() -%}
    {%- set rest -%}
        [^\s<>"]
    {%- endset -%}
    {{ return(_exchange_address() | replace("|" ~ rest ~ "*#", "|" ~ _java_start(rest) ~ rest ~ "*#")) }}
{%- endmacro %}

{% macro _java_sender_made_of_address() -%}
    {%- set sign -%}
        [^\s@＠﹫<>(),;:"\[\]\\=/?&]
    {%- endset -%}
    {%- set any = sign | replace("=", "") -%}
    {%- set is_there = "(?=" ~ any ~ "*?" ~ _equals() ~ _java_domain() ~ _end_of_domain() | replace("([.]", "(?:[.]") ~ ")" -%}
    {{ return(
        _java_start(any) ~ is_there ~ any ~ "*[.+_0-9-]" ~ sign ~ "*" ~ _equals() ~ _java_domain() ~ _end_of_domain()
        ~ "|" ~ _java_start(sign) ~ sign ~ "+" ~ _equals() ~ _java_domain(most_letters=6) ~ _end_of_domain()
    ) }}
{%- endmacro %}

{#-
    As _directory_name, but that a value ends at the first place where one more pair follows or, if it may be the last one,
    the name ends.
-#}
{% macro _java_directory_name() -%}
    {%- set signs -%}
        (?:[^\\,;<>"\r\n]|\\.)
    {%- endset -%}
    {%- set sure_sign -%}
        [^\s,;/+%:<>"\\]
    {%- endset -%}
    {%- set is = "\\s?" ~ _equals() ~ "\\s?+" -%}
    {%- set any = _directory_key() ~ is -%}
    {%- set between = "(?:\\s*+[,;/+]\\s*+|%2[cCfF])" -%}
    {%- set more = between ~ "(?:dc=|" ~ any ~ ")" -%}
    {%- set end = _end_of_directory_name() -%}
    {%- set last = more ~ "|" ~ end | replace("(\\s(", "(?:\\s(") -%}
    {%- set pair, value = {}, {} -%}
    {%- for place, follows in {"before": more, "last": last}.items() -%}
        {%- do value.update({place:
            '(?>"[^"\\r\\n]*+"(?=' ~ follows ~ ")|(?:" ~ sure_sign ~ "++|(?!" ~ follows ~ ")" ~ signs ~ ")*+)"
        }) -%}
        {%- do pair.update({place: '(?>dc=[^\\s,;<>"]*(?=' ~ follows ~ ")|" ~ any ~ value[place] ~ ")"}) -%}
    {%- endfor -%}
    {%- set before = "(?:" ~ pair.before ~ between ~ ")" -%}
    {%- set rest = "(?:" ~ between ~ pair.last ~ ")" -%}
    {%- set strong = _directory_key(is_strong=true) ~ is -%}
    {{ return(
        "(?i)(?:/?\\b|_|%2[cf])(?:" ~ before ~ "{0,50}cn" ~ is ~ value.last ~ rest ~ "{0,50}" ~ end
        ~ "|(?:" ~ before ~ "{1,50}" ~ strong ~ value.last ~ rest ~ "{0,50}|"
        ~ strong ~ value.before ~ rest ~ "{1,50})" ~ end
        ~ "|" ~ before ~ "{2}" ~ pair.last ~ rest ~ "{0,50}" ~ end ~ ")"
    ) }}
{%- endmacro %}
