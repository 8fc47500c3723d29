"""PostgreSQL keeps the words as it compares them.

With the index on an expression alone it worked the expression out anew for every row that it looked
at, which took seconds for ten thousand. SQLite has it that way from the start.
"""

from django.db import migrations

STORE = (
    "DROP INDEX spotlights_searchentry_words",
    """ALTER TABLE spotlights_searchentry ADD COLUMN vector tsvector
       GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, words)) STORED""",
    "CREATE INDEX spotlights_searchentry_vector ON spotlights_searchentry USING gin (vector)",
)
UNDO = (
    "ALTER TABLE spotlights_searchentry DROP COLUMN vector",
    """CREATE INDEX spotlights_searchentry_words ON spotlights_searchentry
       USING gin (to_tsvector('simple'::regconfig, COALESCE("words", '')))""",
)


def store_vectors(apps, schema_editor):
    _carry_out(STORE, schema_editor)


def drop_vectors(apps, schema_editor):
    _carry_out(UNDO, schema_editor)


def _carry_out(statements, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("spotlights", "0010_fill_search"),
    ]

    operations = [migrations.RunPython(store_vectors, drop_vectors)]
