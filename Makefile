# The one list of commands. CI runs the same recipes.

PYTHON ?= python3
export PORT ?= 8000
export SANDBOX_PORT ?= 8001
export DATA_DIR ?= var
BIN := .venv/bin
UV := $(BIN)/uv pip
LOCK := $(UV) compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run test lint bench lock clean machine format

help:
	@echo "make run    the portal with its sandbox, on http://127.0.0.1:$(PORT)"
	@echo "make test   every test, a real Chromium included"
	@echo "make lint   what a machine can check without running anything"
	@echo "make bench  the figures of docs/performance.md, measured here and now"
	@echo "make lock   pin what requirements/*.in ask for"
	@echo "make clean  remove everything that can be made again (your data in $(DATA_DIR) stays)"

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Numberdesk needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check uv

.venv/.dev: requirements/dev.txt | $(BIN)/uv
	$(UV) install -q --python $(BIN)/python --require-hashes -r $<
	@touch $@

# The stamp of the static files: rebuilt when one of ours, or a dependency, changed.
$(DATA_DIR)/static/.stamp: $(shell find static -type f) .venv/.dev
	@$(BIN)/python manage.py collectstatic --noinput -v0
	@touch $@

run: .venv/.dev
	@$(BIN)/python manage.py demo
	@$(MAKE) -s --no-print-directory $(DATA_DIR)/static/.stamp
	@# honcho gives each process a PORT of its own, so ours travels under another name
	@PORTAL_PORT=$(PORT) exec $(BIN)/python -m portal.running

test: .venv/.dev machine
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not browser"
	$(BIN)/python -m pytest -q -m browser

# What the tests need beyond Python: a browser, and a PostgreSQL they start themselves.
machine:
	@missing=; \
	command -v chromium >/dev/null || missing="chromium fonts-liberation"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || { echo "Installing for the tests: $$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

lint: .venv/.dev
	@mkdir -p $(DATA_DIR)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	@# A domain of our own, all of it on TLS: the check wants to hear that too.
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') PORTAL_URL=https://desk.example \
		SECURE_HSTS_INCLUDE_SUBDOMAINS=true SECURE_HSTS_PRELOAD=true \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py sandbox makemigrations --check --dry-run

format: .venv/.dev
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q . ; $(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

bench: .venv/.dev
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_sandbox

lock: | $(BIN)/uv
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results $(DATA_DIR)/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
