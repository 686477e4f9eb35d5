# Everything one does with Guichet. `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format bench attack screenshots translations requirements chromium

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed ## start Guichet on http://localhost:8501
	$(BIN)/streamlit run app.py

test: .venv/installed-dev chromium ## run every test, on SQLite, PostgreSQL and in a browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup

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

attack: .venv/installed-dev ## attack a running server, and time what others notice; takes minutes
	$(BIN)/python -m pytest -m attack -p no:xdist

screenshots: .venv/installed-dev chromium ## take the pictures of docs/ anew
	$(BIN)/python docs/screenshots.py

translations: .venv/installed-dev ## bring the French catalogue up to date with the code
	$(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k _ -k N_ -k plural:1,2 -k DeskError -k NotAllowed \
		-k NotFound -k NotSignedIn -k Refused -k SentBefore --no-location --sort-output -o var/guichet.pot models data pages app.py
	$(BIN)/pybabel -q update -i var/guichet.pot -o locale/fr/LC_MESSAGES/guichet.po -l fr -w 110 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

requirements: .venv/installed-dev ## compile the pinned sets from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 pyproject.toml \
		--custom-compile-command "make requirements" -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 pyproject.toml --extra dev -c requirements.txt \
		--custom-compile-command "make requirements" -o requirements-dev.txt

.venv/installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Guichet needs; this takes a minute the first time."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

chromium:
	@sh tests/browser/chromium.sh
