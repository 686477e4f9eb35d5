# Everything one does with Guichet. `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format bench attack chaos fuzz screenshots translations requirements audit sbom chromium \
	nginx strace

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed ## start Guichet on http://localhost:8501
	$(BIN)/streamlit run app.py

test: .venv/installed-dev chromium nginx strace ## run every test, on SQLite, PostgreSQL and in a browser
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/browser
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser

# Not the pages, which are drawn, nor what starts servers.
FAST = tests/test_house.py tests/test_translations.py tests/test_migrations.py tests/models tests/data \
	tests/pages/components tests/pages/access/test_functions.py

test-fast: .venv/installed-dev ## run the tests of rules and data, on SQLite alone
	$(BIN)/python -m pytest -n 2 --dist worksteal -k "not postgresql" $(FAST)

check: .venv/installed-dev ## formatting, lint, types, then every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

format: .venv/installed-dev ## put the code into its shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/installed-dev ## measure everything of PERFORMANCE.md
	$(BIN)/python -m bench sla
	$(BIN)/python -m bench preview
	$(BIN)/python -m bench queue
	$(BIN)/python -m bench gate
	$(BIN)/python -m bench durable

attack: .venv/installed-dev nginx ## attack a running server, and time what others notice; takes minutes
	$(BIN)/python -m pytest -m attack -p no:xdist

chaos: .venv/installed-dev strace ## cut the power, kill processes and restart databases under load; takes minutes
	$(BIN)/python -m pytest -m chaos -p no:xdist

fuzz: .venv/installed-dev ## send forged messages to a running server for ten minutes
	FUZZ_SECONDS=600 $(BIN)/python -m pytest tests/pages/http/test_websocket_fuzz.py

screenshots: .venv/installed-dev chromium ## take the pictures of docs/ anew
	$(BIN)/python docs/screenshots.py

translations: .venv/installed-dev ## bring the French catalogue up to date with the code
	$(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k _ -k N_ -k plural:1,2 -k DeskError -k NotAllowed \
		-k NotFound -k NotSignedIn -k Refused -k SentBefore -k Unavailable -k DamagedFile -k MissingFile -k DiskFull -k ReadOnly \
		--no-location --sort-output -o var/guichet.pot models data pages app.py
	$(BIN)/pybabel -q update -i var/guichet.pot -o locale/fr/LC_MESSAGES/guichet.po -l fr -w 110 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make requirements"

requirements: .venv/installed-dev ## compile the pinned sets, with hashes, from pyproject.toml
	$(BIN)/pip install -q uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group audit -o requirements-audit.txt

audit: .venv/audit ## compare the pinned packages with the published advisories (needs the internet)
	.venv/audit/bin/pip-audit --strict --disable-pip --progress-spinner off -r requirements.txt

sbom: .venv/audit ## write the software bill of materials (CycloneDX) to var/sbom.json
	@mkdir -p var
	.venv/audit/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-format JSON -o var/sbom.json

.venv/installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Guichet needs; this takes a minute the first time."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/audit: requirements-audit.txt
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip install -q --disable-pip-version-check -r requirements-audit.txt
	@touch $@

chromium:
	@sh tests/browser/chromium.sh

nginx:
	@sh tests/pages/http/nginx.sh

strace:
	@sh tests/faults/strace.sh
