.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
bin := .venv/bin
ready := .venv/.ready

.PHONY: help setup demo test check run stack bench fix published lock wheel

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: $(ready) ## the environment in .venv (every other target calls it)

$(ready): requirements/uv.txt requirements/dev.txt pyproject.toml scripts/setup.sh
	@echo "Setting up .venv ..."
	@PYTHON=$(PYTHON) scripts/setup.sh
	@touch $@

demo: $(ready) ## real sample documents through the whole hub, then a table (KEEP=1 leaves it running)
	@$(bin)/hub demo $(if $(KEEP),--keep)

test: $(ready) ## the whole suite, on real RabbitMQ and PostgreSQL
	@scripts/servers.sh
	$(bin)/pytest

check: $(ready) ## format, lint, types, import contracts, unit tests; no servers
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/deptry .
	$(bin)/python scripts/lint/function_lengths.py
	$(bin)/python scripts/lock.py --check
	$(bin)/pytest tests/unit -n auto

run: $(ready) ## the hub on the embedded default, at http://127.0.0.1:8080
	$(bin)/hub run

stack: $(ready) ## the hub on real RabbitMQ and PostgreSQL
	@scripts/servers.sh
	$(bin)/python scripts/stack.py

bench: $(ready) ## the benchmarks: a table, and bench/results.json
	$(bin)/python bench/run.py

fix: $(ready) ## format, and mend what the linter can
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

published: $(ready) ## xsd/ and docs/COURT_ODYSSEY.md, anew from their tables
	$(bin)/python -m scripts.published

lock: $(ready) ## requirements/ from pyproject.toml (UPGRADE=1 takes the newest versions)
	$(bin)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

wheel: $(ready) ## dist/citation_hub-*.whl
	$(bin)/uv build --wheel --no-build-isolation --quiet
