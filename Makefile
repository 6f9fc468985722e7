# Two commands matter: `make run` and `make test`. `make help` lists the rest.
# Needs python3.11 to 3.13 and access to Python packages; nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PY := .venv/bin/python
STAMP := .venv/.synced
LOCKS := requirements/bootstrap.lock requirements/dev.lock
# A command behind $(LENT) gets throwaway servers, or those of DATABASE_URL and REDIS_URL.
LENT := $(PY) -m policeroom.runner exec --
# Arguments for pytest: make test ARGS="tests/stations -x"
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z0-9.-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

.PHONY: run
run: $(STAMP) ## Run everything on this machine: database, web, worker, beat, demo data
	@exec $(PY) -m policeroom.runner

.PHONY: test
test: $(STAMP) ## Run the tests except the browser's
	@$(PY) -m pytest -n auto -m "not e2e" $(ARGS)

.PHONY: e2e
e2e: $(STAMP) chromium ## Run the browser tests
	@$(PY) -m pytest -m e2e $(ARGS)

# One process walks every page while another clicks, each with its own servers; with the servers
# of DATABASE_URL or REDIS_URL one after the other.
.PHONY: browser browser-acts browser-pages
browser: $(STAMP) chromium
	@$(MAKE) -j$(if $(DATABASE_URL)$(REDIS_URL),1,2) --output-sync=target browser-acts browser-pages
browser-acts:
	@$(PY) -m pytest -m e2e --ignore=tests/e2e/test_every_page.py
browser-pages:
	@$(PY) -m pytest -m e2e tests/e2e/test_every_page.py

.PHONY: check
check: lint migrations types api coverage browser ## Run everything that must pass before a commit

.PHONY: lint
lint: $(STAMP) ## Check format, style and the layers of the apps
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@.venv/bin/lint-imports

.PHONY: format
format: $(STAMP) ## Format the code and mend what can be mended
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

.PHONY: migrations
migrations: $(STAMP) ## Check that the migrations match the models
	@$(LENT) $(PY) manage.py makemigrations --check --dry-run

.PHONY: types
types: $(STAMP) ## Check the types
	@$(PY) -m mypy .

.PHONY: api
api: $(STAMP) ## Check that docs/openapi.yaml is the API (openapi-update writes it)
	@mkdir -p .data
	@$(LENT) $(PY) manage.py spectacular --lang en --validate --fail-on-warn --file .data/openapi.yaml
	@diff -u docs/openapi.yaml .data/openapi.yaml \
	  || { echo "docs/openapi.yaml is out of date: make openapi-update" >&2; exit 1; }

.PHONY: openapi-update
openapi-update: $(STAMP) ## Write docs/openapi.yaml
	@$(LENT) $(PY) manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml

.PHONY: coverage
coverage: $(STAMP) ## Run the tests except the browser's and report what they cover
	@$(PY) -m pytest -n auto -m "not e2e" --cov --cov-report=term $(ARGS)

.PHONY: bench
bench: $(STAMP) ## Measure lists and reports on a generated province
	@$(LENT) $(PY) -m benchmarks $(ARGS)

.PHONY: shots
shots: $(STAMP) chromium ## Photograph the main pages at both widths
	@$(LENT) $(PY) scripts/shots.py $(ARGS)

.PHONY: messages
messages: $(STAMP) ## Collect the texts to translate and compile the translations
	@$(PY) scripts/messages.py $(ARGS)

.PHONY: lock
lock: $(STAMP) ## Compile the locks with hashes from requirements/*.in (ARGS=--upgrade for newer)
	@for name in bootstrap base roster dev; do \
	  .venv/bin/uv pip compile -q --generate-hashes --no-header --python-version 3.11 $(ARGS) \
	    requirements/$$name.in --output-file requirements/$$name.lock; \
	done

.PHONY: clean
clean: ## Remove caches and the environment; .data stays (delete it to lose the demo's data)
	@rm -rf .venv .coverage .coverage.* htmlcov .mypy_cache .ruff_cache .import_linter_cache \
	  .hypothesis .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ----------------------------------------------------------------------------
# pip installs uv by hash, uv installs the rest by hash; without uv's index settings, pip does it.
$(STAMP): $(LOCKS)
	@if [ ! -x $(PY) ]; then \
	  for name in python3.11 python3 python3.12 python3.13; do \
	    if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	      2>/dev/null; then python=$$name; break; fi; \
	  done; \
	  if [ -z "$${python:-}" ]; then \
	    echo "policeroom needs Python 3.11, 3.12 or 3.13 on the PATH." >&2; exit 1; fi; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$$python lacks venv: install it (Debian: apt-get install python3-venv)." >&2; \
	    exit 1; }; \
	  echo "Making the Python environment in .venv ..."; \
	  $$python -m venv .venv; \
	fi
	@$(PY) -m pip install -q --require-hashes -r requirements/bootstrap.lock
	@.venv/bin/uv pip sync -q --python $(PY) --require-hashes requirements/dev.lock \
	  || { echo "uv did not reach the packages; trying pip ..." >&2; \
	       $(PY) -m pip install -q --require-hashes -r requirements/dev.lock; }
	@touch $@

.PHONY: .venv
.venv: $(STAMP)

.PHONY: chromium
chromium:
	@if ! command -v chromium >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium with apt-get ..."; \
	    apt-get update -qq; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium; \
	  else \
	    echo "The browser tests need the command chromium: install it with the system's package" \
	      "manager, for example sudo apt-get install chromium." >&2; exit 1; \
	  fi; \
	fi
