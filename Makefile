# Everything that is built, checked or measured here. `make help` lists the targets.
#
# PYTHON   the interpreter that .venv is made from (3.11 or later; 3.11 is what the lock was made for)
# WORKERS  processes that the tests run on
# LOCK_FLAGS  more words for `make lock`, such as --upgrade

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
LOCK_FLAGS ?=
PYTEST := $(BIN)/pytest

# The first interpreter on the path that is new enough. 3.11 comes first, because the lock was made for it.
PYTHON ?= $(shell for candidate in python3.11 python3.12 python3.13 python3 python; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	echo $$candidate; break; fi; done)

.PHONY: help install lock demo test test-deep coverage validate validate-closed-loop validate-alarms validate-quota measure-lead check lint format format-check type imports \
	bench bench-long bench-size notebooks reference docs clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	printf '  make %-20s %s\n' "$$name" "$$text"; done

# ---- installation -------------------------------------------------------------------------------

install: $(STAMP) ## build .venv from requirements.lock

# --require-hashes refuses anything that the lock does not name. Byte code is written even where the
# environment switches it off: without it every start of the command takes several times as long.
$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Pipecast needs Python 3.11 or later, and none was found." \
	"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	"Pipecast needs Python 3.11 or later; $(PYTHON) is " + sys.version.split()[0])'
	@echo "Installing into $(VENV) with $$($(PYTHON) --version) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@unset PYTHONDONTWRITEBYTECODE; export PIP_DISABLE_PIP_VERSION_CHECK=1; \
	$(BIN)/python -m pip install --quiet --compile --require-hashes -r requirements.lock && \
	$(BIN)/python -m pip install --quiet --compile --no-deps --no-build-isolation -e . && \
	$(BIN)/python -m compileall -q simulations forecast
	@touch $(STAMP)

lock: ## make requirements.lock anew (needs uv; LOCK_FLAGS=--upgrade for newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv on the path" >&2; exit 1; }
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
	--quiet $(LOCK_FLAGS) -o requirements.lock

# ---- use ----------------------------------------------------------------------------------------

demo: $(STAMP) ## the whole story on the shipped examples; leaves out/report.html and figures
	@$(BIN)/pipecast demo

# ---- checks -------------------------------------------------------------------------------------

lint: $(STAMP) ## ruff's rules
	@$(BIN)/ruff check

format: $(STAMP) ## write every file in the house's format, and repair what ruff can repair
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

format-check: $(STAMP) ## is every file in the house's format?
	@$(BIN)/ruff format --check

type: $(STAMP) ## mypy, strict
	@$(BIN)/mypy

imports: $(STAMP) ## do the imports point one way?
	@$(BIN)/lint-imports --no-logo

# The tests run last, so that the last line of a good run is pytest's own count.
test: $(STAMP) ## everything a change must pass: lint, format, types, imports, tests, a clean tree
	@.ci/clean-tree remember
	@$(MAKE) --no-print-directory lint format-check type imports
	@$(PYTEST) -n $(WORKERS) --dist worksteal
	@.ci/clean-tree compare

check: test ## the same as test: all that CI runs

test-deep: $(STAMP) ## the tests with many more generated examples
	@PIPECAST_HYPOTHESIS=deep $(PYTEST) -n $(WORKERS) -m "deep or not deep"

# Compiled functions run as Python here, so that their lines are counted; the long kinds of tests are left out.
coverage: $(STAMP) ## which lines and branches do the tests reach?
	@NUMBA_DISABLE_JIT=1 $(PYTEST) -n $(WORKERS) --cov --cov-report=term tests/simulations tests/forecast tests/properties

validate: $(STAMP) ## the long validation against simulated truth
	@$(BIN)/python -m benchmarks.validate

validate-closed-loop: $(STAMP) ## of it, the forecasts of simulated companies alone (the longest part)
	@$(BIN)/python -m benchmarks.validate --only "closed loop"

measure-lead: $(STAMP) ## how many weeks before profit and loss does a CRM tell? (1,000 companies: up to two hours)
	@$(BIN)/python -m benchmarks.lead

validate-alarms: $(STAMP) ## do monitors of companies on plan alarm as seldom as stated? (up to two hours)
	@$(BIN)/python -m benchmarks.validate_alarms

validate-quota: $(STAMP) ## is a quota set for 60% attained in 60% of years? (about half an hour)
	@$(BIN)/python -m benchmarks.validate_quota

bench: $(STAMP) ## how fast: one table, beside the reference and beside other tools
	@$(BIN)/python -m benchmarks.speed

bench-long: $(STAMP) ## the same, with the rows that take many minutes
	@$(BIN)/python -m benchmarks.speed --long

bench-size: $(STAMP) ## how a CRM of a million opportunities fares: seconds, memory, growth
	@$(BIN)/python -m benchmarks.size --keep

notebooks: $(STAMP) ## execute every notebook, leaving the files as they are
	@$(PYTEST) tests/documents/test_notebooks.py

reference: $(STAMP) ## write the reference pages that can be read off the code
	@$(BIN)/python docs/write_reference.py

docs: $(STAMP) ## the documentation as web pages, below docs/_build
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean: ## remove what was built or measured; .venv stays
	rm -rf out build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
