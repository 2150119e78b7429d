# make demo    build the taxi example and run what it made
# make test    all but what takes long, on real engines
# make test-all   everything
# make check   formatting, lint, types, and `make test`
# make fuzz    random projects on DuckDB and Polars, on PostgreSQL if ALIGNC_POSTGRES is set
PYTHON ?= python3
comma := ,
VENV ?= .venv
DBT_VENV ?= .venv-dbt
BIN := $(VENV)/bin
# PySpark is only of use with Java.
EXTRAS := demo$(if $(shell command -v java),$(comma)spark)

PROJECTS ?= 200
SEED ?= $(shell date +%s)
ENGINES ?= duckdb,polars$(if $(ALIGNC_POSTGRES),$(comma)postgres)

.PHONY: help demo env check lint test test-all golden fuzz bench clean

help:
	@sed -n 's/^# make /make /p' Makefile

$(VENV)/.demo: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[$(EXTRAS)]'
	@touch $@

demo: $(VENV)/.demo
	@$(BIN)/python examples/demo.py

$(VENV)/.dev: pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.demo

# dbt wants other versions of what others use too.
$(DBT_VENV)/.done: requirements-dbt.lock
	$(PYTHON) -m venv $(DBT_VENV)
	$(DBT_VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dbt.lock
	@touch $@

env: $(VENV)/.dev $(DBT_VENV)/.done

lint: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy alignc tests benchmarks

test: env
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m 'not slow'

test-all: env
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

check: lint test

golden: env
	$(BIN)/python -m pytest -q tests/golden --update-golden

fuzz: env
	$(BIN)/python -m alignc.cli fuzz --projects $(PROJECTS) --seed $(SEED) --engines $(ENGINES) --keep fuzz_failures

bench: env
	$(BIN)/python -m benchmarks.compiler

clean:
	rm -rf $(VENV) $(DBT_VENV) build dist *.egg-info
