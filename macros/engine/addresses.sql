{#-
    Addresses within texts and links. What counts as one is wider than what mail allows, and ends late rather than early: a
    word too much is lost, and nobody's name is shown. All take: value (SQL text). Return: SQL, null for null.

    without_addresses(value): a text that the product wrote, in which it may quote an address: each e-mail address,
        X.500 or X.400 name, network address and run of eight digits or more becomes <email>, <name>, <ip> or <number>;
        all else stays.
    without_parameters(value): the address of a page without its query and fragment, save the query's utm_ values, which
        name a campaign; a part of the path, or one of those values, that holds an e-mail address becomes <email>.
    is_before_address(value): true where the first word of a text is part of an e-mail address.
-#}
{% macro without_addresses(value) -%}
    {{ return(adapter.dispatch("without_addresses", "cij")(value)) }}
{%- endmacro %}

{#- Most texts hold nothing that looks like an address, and one look is cheaper than the replacements. -#}
{% macro duckdb__without_addresses(value) -%}
    {%- set digits = "[+]?[0-9]([-/ ().]{0,2}[0-9]){7,}" -%}
    {%- set ip = "\\b[0-9]{1,3}([.][0-9]{1,3}){3}\\b|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,}" -%}
    case
        when regexp_matches({{ value }}, {{ sql_text(_sign_of_address() ~ "|[0-9]([-/ ().]{0,2}[0-9]){3}|:[^:]*:[^:]*:") }})
            then regexp_replace(
                regexp_replace({{ _without_email_addresses(value) }}, '{{ ip }}', '<ip>', 'g'),
                '{{ digits }}', '<number>', 'g'
            )
        else {{ value }}
    end
{%- endmacro %}

{% macro _without_email_addresses(value) -%}
    {%- set replaced = namespace(sql=_decoded(value)) -%}
    {%- for pattern, replacement in [
        (_exchange_address(), "<email>"),
        (_email_address(), "<email>"),
        (_directory_name(), "<name>\\1\\2\\3"),
        (_setting_with_domain(), "\\1\\2" ~ _mark() ~ "\\3\\4"),
        (_sender_made_of_address(), "<email>\\1\\2"),
        (_mark(), "="),
    ] -%}
        {%- set replaced.sql -%}
            regexp_replace({{ replaced.sql }}, {{ sql_text(pattern) }}, {{ sql_text(replacement) }}, 'g')
        {%- endset -%}
    {%- endfor -%}
    case when regexp_matches({{ value }}, {{ sql_text(_sign_of_address()) }}) then {{ replaced.sql }} else {{ value }} end
{%- endmacro %}

{% macro without_parameters(value) -%}
    {{ return(adapter.dispatch("without_parameters", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__without_parameters(value) -%}
    {#- The @ that is written as &#64; must not count as the beginning of a fragment. -#}
    {%- set whole = _decoded(value) -%}
    {%- set query = "split_part(split_part(" ~ whole ~ ", '#', 1), '?', 2)" -%}
    {%- set campaign = "regexp_extract_all(" ~ query ~ ", '(?:^|&)(utm_[a-z]+=[^&]*)', 1, 'i')" -%}
    {%- set path = duckdb__url_without_query(whole) -%}
    {%- set address = _at() ~ "|" ~ _bracketed_at() ~ "|" ~ _equals() ~ _domain() ~ "|cn" ~ _equals() ~ "|IMCEA|%23EXT%23" -%}
    case
        when regexp_matches({{ path }}, {{ sql_text(_sign_of_address() ~ "|%23") }})
            then regexp_replace(
                regexp_replace({{ path }}, '^(mailto|sips?|xmpp):.*', '\1:<email>', 'i'),
                {{ sql_text("[^/]+(?:" ~ address ~ ")[^/]*|(?:cn" ~ _equals() ~ "|IMCEA)[^/]*") }}, '<email>', 'gi'
            )
        else {{ path }}
    end || case
        when {{ query }} ilike '%utm_%'
            then '?' || regexp_replace(
                array_to_string({{ campaign }}, '&'), {{ sql_text("(^|&)(utm_[a-z]+=)[^&]*(?:" ~ address ~ ")[^&]*") }},
                '\1\2<email>', 'gi'
            )
        else ''
    end
{%- endmacro %}

{% macro is_before_address(value) -%}
    {{ return(adapter.dispatch("is_before_address", "cij")(value)) }}
{%- endmacro %}

{% macro duckdb__is_before_address(value) -%}
    regexp_matches({{ _decoded(value) }}, {{ sql_text(_beginning_of_address()) }})
{%- endmacro %}

{% macro _beginning_of_address() -%}
    {{ return(
        "^[^\\p{L}\\p{N}]*[\\p{L}\\p{N}]\\S*(?:" ~ _at() ~ "|" ~ _equals() ~ _domain() ~ ")|^\\W*\\w+" ~ _bracketed_at()
    ) }}
{%- endmacro %}

{#-
    A text with an @ wherever one is encoded more than once (%2540, %25%34%30), or for web pages (&#64;). All else stays
    encoded: bytes that are no UTF-8 would spoil the rest.
-#}
{% macro _decoded(value) -%}
    regexp_replace({{ value }}, {{ sql_text(_hidden_at()) }}, '@', 'g')
{%- endmacro %}

{% macro _hidden_at() -%}
    {%- set encoded_25 = "(?:(?:2|%(?:25)*32)(?:5|%(?:25)*35))" -%}
    {%- set percent = "%" ~ encoded_25 ~ "*" -%}
    {%- set encoded_4 = percent ~ "(?:3|" ~ percent ~ "33)(?:4|" ~ percent ~ "34)" -%}
    {%- set encoded_0 = percent ~ "(?:3|" ~ percent ~ "33)(?:0|" ~ percent ~ "30)" -%}
    {%- set entity = "(?:&|%(?:25)*26)(?:amp(?:;|%(?:25)*3[bB]))*(?:(?:#|%(?:25)*23)(?:0*64|[xX]0*40)|commat)(?:;|%(?:25)*3[bB])?" -%}
    {{ return(
        "%" ~ encoded_25 ~ "+(?:4|" ~ encoded_4 ~ ")(?:0|" ~ encoded_0 ~ ")"
        ~ "|%(?:" ~ encoded_4 ~ "(?:0|" ~ encoded_0 ~ ")|4" ~ encoded_0 ~ ")|" ~ entity
    ) }}
{%- endmacro %}

{#- What every text has that holds one of the patterns below. All of them return the text of a regular expression. -#}
{% macro _sign_of_address() -%}
    {{ return("[@＠﹫=&]|%[0-9uU]|\\\\[ux]|[(\\[{<] ?[aA][tT] ?[>)\\]}]|#EXT#|(?i:mailto|sips?|xmpp):|(?i:IMCEA)") }}
{%- endmacro %}

{#- An @, in one of the ways to write it in links, web pages and programs; or as people do, to whom it means one. -#}
{% macro _at() -%}
    {{ return("(?:\\\\?[@＠﹫]|%(?:[uU]00)?40|\\\\(?:u00|x)40)") }}
{%- endmacro %}

{% macro _bracketed_at() -%}
    {{ return("(?:\\s?(?:[(\\[{<]|%(?:28|5[bB]))\\s?(?i:at)\\s?(?:[>)\\]}]|%(?:29|5[dD]))\\s?)") }}
{%- endmacro %}

{% macro _equals() -%}
    {{ return("(?:=|%(?:25)*3[dD]|&#61;)") }}
{%- endmacro %}

{#- A domain with a dot in it, or with what stands for one; it ends in letters. -#}
{% macro _domain(most_letters="") -%}
    {%- set dot = "(?:[.]|%2[eE]|\\s?[(\\[{<]\\s?(?i:dot)\\s?[>)\\]}]\\s?)" -%}
    {{ return(
        "(?:[\\w\\x{80}-\\x{10FFFF}-]+" ~ dot ~ ")+(?:[a-zA-Z\\x{80}-\\x{10FFFF}]{2," ~ most_letters ~ "}|(?i:xn--)[0-9A-Za-z-]+)"
    ) }}
{%- endmacro %}

{#-
    An e-mail address. Its local part may be quoted, have a comment behind it, and hold the address of somebody else:
    bounces+ann=example.com@example.net. A text that was cut off may end with the @.
-#}
{% macro _email_address() -%}
    {%- set quoted -%}
        (?:"(?:[^"\\\r\n]|\\.)*"|\\"[^"\\\r\n]*\\"|&quot;[^&\r\n]*&quot;|'[^'\r\n]*')
    {%- endset -%}
    {%- set plain -%}
        (?:[^\s@＠﹫<>(),;:"\[\]\\]|&#?[0-9A-Za-z]+;|\\.)+
    {%- endset -%}
    {%- set place -%}
        [^\s@＠﹫/?&=<>(),;:"']*
    {%- endset -%}
    {#- The comment may be one of the web's. -#}
    {%- set comment = "(?:\\([^()]*\\)|<[^<>@]*>)" -%}
    {%- set local_part = "(?:" ~ quoted ~ "|" ~ plain ~ ")(?:" ~ quoted ~ "|" ~ plain ~ "|" ~ comment ~ ")*" -%}
    {#- Next to blanks an @, and =40 anywhere, may mean something else, so a domain has to follow. -#}
    {%- set unsure = "(?:\\s{0,3}" ~ _at() ~ "\\s{0,3}|" ~ _bracketed_at() ~ "|=40)" -%}
    {{ return(
        "//[^\\s/@]+" ~ _at() ~ place
        ~ "|" ~ local_part ~ "(?:" ~ _at() ~ comment ~ "?" ~ place ~ ")+"
        ~ "|" ~ local_part ~ unsure ~ comment ~ "?" ~ _domain()
    ) }}
{%- endmacro %}

{#- Addresses that Exchange and Entra make of others, and those of mail and telephony with the protocol before them. -#}
{% macro _exchange_address() -%}
    {%- set rest -%}
        [^\s<>"]
    {%- endset -%}
    {{ return(
        "(?i)\\bIMCEA[a-z]*-" ~ rest ~ "+|" ~ rest ~ "*#EXT#" ~ rest ~ "*|\\b(?:mailto|sips?|xmpp):" ~ rest ~ "+"
    ) }}
{%- endmacro %}

{#-
    An address with = for its @, which senders put into their own: bounces+ann=example.com, here without the sender's
    domain. What tells settings from it are the words that stand before such a =.
-#}
{% macro _sender_made_of_address() -%}
    {%- set sign -%}
        [^\s@＠﹫<>(),;:"\[\]\\=/?&]
    {%- endset -%}
    {{ return(
        "(?:" ~ sign ~ "|=)*[.+_0-9-]" ~ sign ~ "*" ~ _equals() ~ _domain() ~ _end_of_domain()
        ~ "|" ~ sign ~ "+" ~ _equals() ~ _domain(most_letters=6) ~ _end_of_domain()
    ) }}
{%- endmacro %}

{% macro _setting_with_domain() -%}
    {{ return(
        "(?i)(^|[\\s,;({?&\\[])(host|hostname|server|domain|mx|relay|helo|ehlo|client|url|uri|site|dns|fqdn|ptr|rdns|ip|file|page|"
        ~ "template|tls|cipher|version|code|status|reason|type|class|exception|source|target|[adipsv]|"
        ~ "(?:smtp|header|policy)[.][a-z]+)=(" ~ _domain() ~ ")" ~ _end_of_domain()
    ) }}
{%- endmacro %}

{% macro _end_of_domain() -%}
    {{ return("([.]?(?:[^\\w\\x{80}-\\x{10FFFF}.-]|$))") }}
{%- endmacro %}

{#- Stands for a = that is to stay. -#}
{% macro _mark() -%}
    {{ return("\ue000") }}
{%- endmacro %}

{#-
    A name in a directory: X.500 with slashes, as Exchange writes it, or with commas; X.400 as three pairs at least. The
    last value may have blanks, so it goes on to a sign that ends it, or to a word with which a sentence goes on.
-#}
{% macro _directory_name() -%}
    {%- set value -%}
        (?:"[^"\r\n]*"|(?:[^\\,;<>"\r\n]|\\.)*?)
    {%- endset -%}
    {%- set end = _end_of_directory_name() -%}
    {%- set strong, any = _directory_key(is_strong=true), _directory_key() -%}
    {%- set is = "\\s?" ~ _equals() ~ "\\s?" -%}
    {%- set pair = "(?:dc=[^\\s,;<>\"]*|" ~ any ~ is ~ value ~ ")" -%}
    {%- set between = "(?:\\s*[,;/+]\\s*|%2[cCfF])" -%}
    {%- set more = "(?:" ~ between ~ pair ~ ")" -%}
    {%- set before = "(?:" ~ pair ~ between ~ ")" -%}
    {{ return(
        "(?i)(?:/?\\b|_|%2[cf])(?:" ~ before ~ "*cn" ~ is ~ value ~ more ~ "*" ~ end
        ~ "|(?:" ~ before ~ "+" ~ strong ~ is ~ value ~ more ~ "*|" ~ strong ~ is ~ value ~ more ~ "+)" ~ end
        ~ "|" ~ before ~ "{2}" ~ pair ~ more ~ "*" ~ end ~ ")"
    ) }}
{%- endmacro %}

{% macro _directory_key(is_strong=false) -%}
    {%- set strong = "(?:cn|uid|ou[0-9]?|dc|sn|givenname|mail|emailaddress)" -%}
    {{ return(strong if is_strong else "(?:" ~ strong ~ "|[oclapsgiq]|st)") }}
{%- endmacro %}

{% macro _end_of_directory_name() -%}
    {%- set words = "is|was|are|were|has|have|had|not|does|did|could|cannot|should|would|failed|rejected|refused|blocked|bounced|unknown|"
        ~ "invalid|unsubscribed|opted|from|with|because|due|after|before" -%}
    {{ return("(\\s(?:" ~ words ~ ')\\b|[,;:<>"\\r\\n]|$)') }}
{%- endmacro %}
