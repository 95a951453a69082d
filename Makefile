# Candour. `make` alone lists what there is. Each target sets up what it needs and is quick the second time.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run demo explain test check faults bench lock format
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
export PATH := $(PATH):$(CURDIR)/.venv/bin

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: ## install everything that running and testing need
	@deploy/setup.sh dev pages apt
	@echo "Set up. Next: make run"

run: ## start everything on this machine and say what to try; Ctrl-C stops it
	@deploy/setup.sh run pages
	@exec $(PYTHON) -m deploy.one_machine

demo: ## send one escalation through a machine of its own, print its route and emails, and agree how it ends
	@deploy/setup.sh run pages
	@exec $(PYTHON) -m deploy.one_machine.demo

explain: ## say why an escalation of `make run` went where it went: make explain REF=WS-...
	@deploy/setup.sh run
	@exec $(PYTHON) -m deploy.one_machine.command router explain "$(REF)"

test: ## run the tests; those of faults at a small size
	@deploy/setup.sh dev pages apt
	@echo "Running the tests ..."
	@$(PYTEST) -n auto --dist loadfile --no-loadscope-reorder tests --ignore=tests/bench

check: ## what CI runs: format, lint, types, import contracts, then the tests
	@deploy/setup.sh dev
	@echo "Checking format, lint, types and import contracts ..."
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(MAKE) --no-print-directory test

faults: ## the tests of faults at full size: 300 escalations with every service killed, 1,000 of junk, 500 races
	@deploy/setup.sh dev pages
	@echo "Running the fault tests: some minutes ..."
	@CANDOUR_FAULT_RUNS=300 $(PYTEST) tests/faults tests/property/test_escalation_lives.py
	@CANDOUR_RACES=500 $(PYTEST) -n 2 tests/contract/test_directory_changes.py

bench: ## measure, and print one table
	@deploy/setup.sh dev pages
	@echo "Measuring: some minutes; close what else runs ..."
	@$(PYTHON) -m tests.bench

lock: ## make the lock files again from requirements*.in and package.json
	@deploy/setup.sh run
	@command -v uv >/dev/null || $(PYTHON) -m pip install --quiet uv
	@echo "Locking Python's packages and the page's ..."
	@for name in requirements requirements-dev deploy/node; do \
	  (cd $$(dirname $$name) && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    $$(basename $$name).in -o $$(basename $$name).lock); done
	@cd services/intake/web/browser && npm install --package-lock-only --ignore-scripts && node lock.mjs

format: ## format and mend what can be mended
	@deploy/setup.sh dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
