"""The second engine: builds the warehouse on Apache Spark in this process. Needs what `make spark` installs."""
