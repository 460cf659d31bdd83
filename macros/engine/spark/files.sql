{% macro raw_type_of(spark_type) -%}
    {{ return({"string":"VARCHAR","timestamp":"TIMESTAMP","timestamp_ntz":"TIMESTAMP","binary":"BLOB","int":"INTEGER"}.get(spark_type, spark_type | upper)) }}
{%- endmacro %}
