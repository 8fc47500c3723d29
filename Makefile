# What people do with this project; `make` alone lists it. Needs Python 3.11 or newer, and git.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
	--universal --python-version 3.11
LOCAL_SITE_URL := http://127.0.0.1:8000
# Links in letters follow PORT, unless someone chose an address for them.
FOLLOW_PORT = if [ -z "$$SITE_URL" ] && grep -qx 'SITE_URL=$(LOCAL_SITE_URL)' .env; then \
	export SITE_URL=http://127.0.0.1:$(PORT); fi

.DEFAULT_GOAL := help
.PHONY: help run demo test lint lighthouse check-html pictures format messages lock site check-port
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:
	@echo "make run      serve the site on 127.0.0.1:8000, with a worker; PORT=8123 make run elsewhere"
	@echo "make demo     add a made-up cohort and three spotlights to look at"
	@echo "make test     run the tests; make test ARGS='-k letters' some of them"
	@echo "make lint     what CI checks before the tests"
	@echo "make lighthouse  measure public pages in chromium; RUNS=3 takes the median of three; needs Node"
	@echo "make check-html  read every public page with the Nu HTML checker; needs Node and Java"
	@echo "make pictures draw static/social.png and the icon of phones from their drawings; needs chromium"
	@echo "make format   put the code into shape"
	@echo "make messages gather what is to be translated, into mig_site/locale; needs GNU gettext"
	@echo "make lock     pin what requirements*.in ask for, with hashes"

run: check-port site
	@echo
	@echo "The site    http://127.0.0.1:$(PORT)/"
	@echo "A program   http://127.0.0.1:$(PORT)/programs/cal-mig/"
	@echo "Committee   http://127.0.0.1:$(PORT)/admin/"
	@echo "Its health  http://127.0.0.1:$(PORT)/healthz"
	@echo "Letters are printed here and kept in var/letters. Ctrl-C stops everything."
	@echo
	@# Also after Ctrl-C, honcho is waited for until it has stopped what it started.
	@$(FOLLOW_PORT); \
	export PORT=$(PORT) PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONUNBUFFERED=1; \
	honcho --env /dev/null start & honcho=$$!; \
	trap "kill $$honcho 2>/dev/null" INT TERM; \
	while kill -0 $$honcho 2>/dev/null; do wait $$honcho; status=$$?; done; \
	case $$status in 130 | 143) ;; *) exit $$status ;; esac

demo: site
	@$(FOLLOW_PORT); $(MANAGE) load_demo

test: .venv/.dev-installed
	@$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

lint: .venv/.dev-installed
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' \
		| xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/mypy

# The site as in production, looked at from outside.
lighthouse: .venv/.dev-installed
	@$(BIN)/python .ci/lighthouse.py

check-html: .venv/.dev-installed
	@$(BIN)/python .ci/check_html.py

pictures: .venv/.dev-installed
	@$(BIN)/python .ci/pictures.py

format: .venv/.dev-installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	-git ls-files -z --cached --others --exclude-standard 'templates/*.html' \
		| xargs -0 $(BIN)/djade --target-version 5.2

messages: .venv/.dev-installed .env
	$(MANAGE) gather_messages

lock: .venv/.dev-installed
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --constraint requirements.txt --output-file requirements-dev.txt

# The site as far as it goes without serving it.
site: .venv/.installed .env
	@mkdir -p var
	@$(MANAGE) prepare_site

.env: | .venv/bin/python
	@umask 077; { \
		echo "# Written by make run, for trying the site. See .env.example for every variable."; \
		echo "SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')"; \
		echo "IDENTITY_KEYS=$$($(BIN)/python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')"; \
		echo "DEBUG=on"; \
		echo "ALLOWED_HOSTS=127.0.0.1,localhost"; \
		echo "SITE_URL=$(LOCAL_SITE_URL)"; \
		echo "DATABASE_URL=sqlite:///var/db.sqlite3"; \
		echo "EMAIL_URL=filemail:///var/letters"; \
	} > .env

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing what the site runs on, into .venv."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/.dev-installed: requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need, into .venv."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This site needs Python 3.11 or newer; $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1 || true). Name another: PYTHON=/path/to/python3.11 make"; \
		exit 1; \
	}
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv"; \
		exit 1; \
	}
	@$(PYTHON) -m venv --clear .venv

define CHECK_PORT
import errno, socket, sys
try:
    port = int(sys.argv[1])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
except (ValueError, OverflowError):
    sys.exit("PORT is a number from 1 to 65535, not %r." % sys.argv[1])
except OSError as error:
    reason = "taken" if error.errno == errno.EADDRINUSE else "not to be had (%s)" % error.strerror
    sys.exit("Port %d is %s. Choose another: PORT=8123 make run" % (port, reason))
endef
export CHECK_PORT

check-port: | .venv/bin/python
	@$(BIN)/python -c "$$CHECK_PORT" "$(PORT)"
