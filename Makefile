# Every command installs what it needs first; nothing but Python 3.11 and make has to be there.
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.installed
SPARK := .spark/.installed
DASHBOARD := .dashboard/.installed
DASHBOARD_TESTS := .dashboard/.tests-installed
# A real export instead of the sample, reference data to add, people to erase, settings as YAML.
RAW ?=
REFERENCE ?=
ERASURES ?=
VARS ?=
# The engine that builds, duckdb or spark, and where the warehouse goes: a file of DuckDB's, or a folder of Spark's.
ENGINE ?=
ifeq ($(value ENGINE),spark)
DB ?= warehouse.spark
endif
DB ?= warehouse.duckdb
# Where the dashboard listens.
PORT ?= 8501
# The report: its first and last day (else the last 30 days that have messages). The file that it, or the bundle for
# Superset, is written to.
FROM ?=
TO ?=
OUT ?=
# The marts alone, for readers: of a build if wanted, of a refresh always. Further options of a refresh.
PUBLISH ?=
OPTIONS ?=
# They may hold anything, so neither make nor the shell may read them as its own: they are taken as they were given, and
# recipes name them as variables of the environment.
GIVEN := PYTHON ENGINE RAW REFERENCE ERASURES VARS DB PORT FROM TO OUT PUBLISH OPTIONS
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

.DEFAULT_GOAL := help
.PHONY: help build refresh dashboard dashboard-test report superset superset-test spark spark-test test check lint docs clean lock bench sample versions

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

# Python, and with it dbt, finds the package in scripts/ by the path written into the environment, wherever it is started.
$(SETUP): requirements.txt Makefile
	@"$$PYTHON" -c 'import sys; sys.exit("Python 3.11 or newer is needed: set PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	@echo "setting up the environment in .venv (once, about half a minute)"
	@"$$PYTHON" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "journeys_warehouse.pth").write_text(str(pathlib.Path("scripts").resolve()) + "\n")'
	@touch $@

build: $(SETUP) $(if $(filter spark,$(value ENGINE)),$(SPARK)) ## build and test every model: the sample, or RAW=/path/to/export; DB=/path/x.duckdb; PUBLISH=/path/y.duckdb for the marts alone; REFERENCE=/path; ERASURES=/path/x.csv; VARS='{…}'
	@$(if $(filter spark,$(value ENGINE)),.spark/bin,$(BIN))/python -m cij build --db="$$DB" $${ENGINE:+--engine="$$ENGINE"} $${RAW:+--raw="$$RAW"} $${PUBLISH:+--publish="$$PUBLISH"} \
		$${REFERENCE:+--reference="$$REFERENCE"} $${ERASURES:+--erasures="$$ERASURES"} $${VARS:+--vars="$$VARS"}

refresh: $(SETUP) ## load what is new in RAW and publish it as PUBLISH=/path/x.duckdb; REFERENCE, ERASURES, VARS; OPTIONS='--dry-run'
	@$(BIN)/python -m cij refresh --publish="$$PUBLISH" $${RAW:+--raw="$$RAW"} \
		$${REFERENCE:+--reference="$$REFERENCE"} $${ERASURES:+--erasures="$$ERASURES"} $${VARS:+--vars="$$VARS"} \
		$${OPTIONS:+--options="$$OPTIONS"}

# Spark has an environment of its own (1.1 GB), too; nothing else needs it.
$(SPARK): scripts/cij/spark/requirements.txt Makefile
	@"$$PYTHON" -c 'import sys; sys.exit("Python 3.11 or newer is needed: set PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	@echo "setting up Spark's environment in .spark (once, about a minute)"
	@"$$PYTHON" -m venv .spark
	@.spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r scripts/cij/spark/requirements.txt
	@.spark/bin/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "journeys_warehouse.pth").write_text(str(pathlib.Path("scripts").resolve()) + "\n")'
	@touch $@

spark: $(SPARK) ## install what a build with ENGINE=spark needs (1.1 GB; Java 17 has to be there)

spark-test: $(SETUP) $(SPARK) ## build on Spark, too, and compare every table with DuckDB's (needs Java 17)
	@.spark/bin/python -m pytest -c tests/spark/pytest.ini tests/spark

# The dashboard has an environment of its own; nothing else needs it.
$(DASHBOARD): dashboards/requirements.txt Makefile
	@"$$PYTHON" -c 'import sys; sys.exit("Python 3.11 or newer is needed: set PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	@echo "setting up the dashboard's environment in .dashboard (once, about half a minute)"
	@"$$PYTHON" -m venv .dashboard
	@.dashboard/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r dashboards/requirements.txt
	@.dashboard/bin/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "journeys_warehouse.pth").write_text(str(pathlib.Path("scripts").resolve()) + "\n")'
	@touch $@

$(DASHBOARD_TESTS): $(DASHBOARD) tests/dashboard/requirements.txt
	@.dashboard/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/dashboard/requirements.txt
	@touch $@

# Who names no other file and has none yet sees the sample.
warehouse.duckdb: | $(SETUP)
	@$(BIN)/python -m cij build --db=$@

dashboard: $(DASHBOARD) $(if $(filter-out warehouse.duckdb,$(value DB)),,warehouse.duckdb) ## look at a warehouse in a browser: DB=/path/x.duckdb, or the file that PUBLISH named; PORT=8501
	@.dashboard/bin/python dashboards/start.py --db="$$DB" --port="$$PORT"

report: $(SETUP) ## write the report of a period of a warehouse, one HTML file: DB, FROM=2025-01-01, TO=2025-01-31, OUT=report.html
	@$(BIN)/python -m cij report --db="$$DB" --out="$${OUT:-report.html}" $${FROM:+--from="$$FROM"} $${TO:+--to="$$TO"}

dashboard-test: $(SETUP) $(DASHBOARD_TESTS) ## test the dashboard, in a browser, too (needs Chromium)
	@.dashboard/bin/python -m pytest -c tests/dashboard/pytest.ini tests/dashboard

superset: $(SETUP) ## write what Superset imports, a dashboard over DB=/path/x.duckdb: OUT=journeys.zip
	@$(BIN)/python dashboards/superset/bundle.py --db="$$DB" --out="$${OUT:-journeys.zip}"

superset-test: $(SETUP) ## import that into a real Superset and compare its figures with the marts (800 MB)
	@"$$PYTHON" -m venv .superset
	@.superset/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/superset/requirements.txt
	@.superset/bin/python -m pytest -q -c tests/superset/pytest.ini tests/superset

test: $(SETUP) ## run the whole test suite
	@$(BIN)/python -m pytest

check: $(SETUP) ## lint what is quick to lint, and run the tests that tell most
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest --check

lint: $(SETUP) ## check SQL (sqlfluff) and Python (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@CIJ_DATABASE=:memory: $(BIN)/sqlfluff lint --processes 2 models tests/dbt

docs: $(SETUP) ## make the documentation site as one static HTML file, and the diagram of the marts
	@$(BIN)/python scripts/er_diagram.py --write docs/data-model.md
	@$(BIN)/python scripts/make_docs.py --db="$$DB"

bench: $(SETUP) ## measure the build against DuckDB copying the same files (5 million rows)
	@$(BIN)/python scripts/bench.py --rows 5000000

sample: $(SETUP) ## write the sample seeds anew
	@$(BIN)/python -m cij simulate --seeds seeds/raw --names

# Neither is needed for anything else. dbt v2 asks for DuckDB's library by way of a file that names it.
versions: $(SETUP) ## install dbt-core 1.11 and dbt v2 beside, to test the project on them (Linux x64; needs npm)
	@"$$PYTHON" -m venv .versions/1.11
	@.versions/1.11/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/dbt_versions/1.11.txt
	@cp .venv/lib/python3*/site-packages/journeys_warehouse.pth .versions/1.11/lib/python3*/site-packages/
	@"$$PYTHON" -m venv .versions/2
	@.versions/2/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/dbt_versions/2.txt
	@cp tests/dbt_versions/package*.json .versions/2/
	@npm ci --silent --prefix .versions/2
	@printf '[Driver]\nentrypoint = "duckdb_adbc_init"\n[Driver.shared]\nlinux_amd64 = "%s"\n' \
		"$$(pwd)/.versions/2/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so" > .versions/2/duckdb.toml
	@$(BIN)/python -m pytest tests/python/test_dbt_versions.py

lock: ## resolve what is asked for to the hashed locks (needs uv and npm)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--override requirements-override.txt --output-file requirements.txt requirements.in
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--output-file schedules/dagster/requirements.txt schedules/dagster/requirements.in
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--override requirements-override.txt --output-file scripts/cij/spark/requirements.txt scripts/cij/spark/requirements.in
	@for folder in dashboards tests/dashboard tests/superset; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --output-file $$folder/requirements.txt $$folder/requirements.in; done
	@for version in 1.11 2; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --output-file tests/dbt_versions/$$version.txt tests/dbt_versions/$$version.in; done
	@cd tests/dbt_versions && npm install --silent --package-lock-only --omit-lockfile-registry-resolved

clean: ## remove the warehouse and everything dbt wrote
	@rm -rf target logs warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.tmp warehouse.failed.duckdb \
		.warehouse.duckdb.building .warehouse.duckdb.scratch
