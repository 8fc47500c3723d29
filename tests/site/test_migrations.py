"""The migrations make the database that the models describe, in which the tests run."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest
from django.db import connection

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
        numeric_scale, is_nullable, column_default, is_identity, collation_name
    FROM information_schema.columns WHERE table_schema = 'public'
    -- Django's own tables between two of its own have wider ids by migrations than by models.
    AND NOT (table_name LIKE 'auth_%' AND column_name = 'id')
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
# Names that Django makes up say what a table was called when they were made.
MADE_UP_NAME = re.compile(r"\b\w+_(?:[0-9a-f]{8}(?:_\w+)?|pkey)\b")
EVERYTHING_OF_SQLITE = "SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def rows_of(database, query):
    with closing(database.cursor()) as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def parts_of(sql):
    """The columns and constraints of a CREATE TABLE, whose order says nothing."""
    depth, quote, parts = 0, "", [""]
    for letter in sql[sql.index("(") + 1 : sql.rindex(")")]:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "," and depth == 0:
            parts.append("")
            continue
        depth += 0 if quote else (letter == "(") - (letter == ")")
        parts[-1] += letter
    return {part.strip() for part in parts}


def schema_of(database):
    """Each column, constraint and index, in the words of the database."""
    if connection.vendor == "postgresql":
        return {
            (
                kind,
                *(MADE_UP_NAME.sub("…", part) if isinstance(part, str) else part for part in row),
            )
            for kind, query in [("column", COLUMNS), ("rule", CONSTRAINTS), ("index", INDEXES)]
            for row in rows_of(database, query)
        }
    return {
        (kind, table, part)
        for kind, table, sql in rows_of(database, EVERYTHING_OF_SQLITE)
        for part in (parts_of(sql) if kind == "table" else {sql})
    }


@contextmanager
def empty_database(tmp_path):
    """The address of a database without tables, beside that of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/migrated.sqlite3"
        return
    own = connection.settings_dict
    name, host = f"{own['NAME']}_migrated", f"{own['HOST']}:{own['PORT'] or 5432}"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"postgres://{own['USER']}:{own['PASSWORD']}@{host}/{name}"
        finally:
            cursor.execute(f'DROP DATABASE "{name}"')


def connected(address):
    if connection.vendor == "sqlite":
        return closing(sqlite3.connect(address.removeprefix("sqlite:///")))
    return closing(connection.Database.connect(address))


@pytest.mark.django_db
def test_all_migrations_make_what_the_models_describe(tmp_path):
    with empty_database(tmp_path) as address:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            env=os.environ | {"DATABASE_URL": address},
            check=True,
        )
        with connected(address) as migrated:
            by_migrations, by_models = schema_of(migrated), schema_of(connection)

    assert by_migrations - by_models == set()
    assert by_models - by_migrations == set()
    assert len(by_models) > 500
