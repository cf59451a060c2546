"""
Where the search looks: which letters stand next to which, in names, emails and phones.

Kept by the database itself, so that no import, merge or repair by hand can forget it. SQLite has
it in FTS5 tables; PostgreSQL in GIN indexes of pg_trgm, for people on a narrow table of its own:
the counts on a contact change with every text, and its letters do not.
"""

from __future__ import annotations

from typing import Any

_COMPANY = "coalesce((SELECT sort_name FROM contacts_company WHERE id = {0}.company_id), '')"
# Two spaces before each word, so that one letter is found where a word begins.
_WORDS = (
    f"'  ' || replace({{0}}.sort_name || ' ' || lower({{0}}.email) || ' ' || {_COMPANY}, ' ', '  ')"
)
_NEW = _WORDS.format("NEW")

# On SQLite words begin with what all whose names begin alike have in common.
MARK, INITIALS = "\ue001\ue001", 2
_MARKED = f"'{MARK}' || substr({{0}}.sort_name, 1, {INITIALS}) || {_WORDS}"

_SQLITE_TABLES = [
    "CREATE VIRTUAL TABLE contacts_words USING fts5(words, tokenize='trigram')",
    "CREATE VIRTUAL TABLE contacts_company_words USING fts5(words, tokenize='trigram')",
    """CREATE VIRTUAL TABLE contacts_digits
        USING fts5(digits, contact_id UNINDEXED, tokenize='trigram')""",
    f"""INSERT INTO contacts_words(rowid, words)
        SELECT c.id, {_MARKED.format("c")} FROM contacts_contact c""",
    """INSERT INTO contacts_company_words(rowid, words)
        SELECT id, '  ' || sort_name FROM contacts_company""",
    """INSERT INTO contacts_digits(rowid, digits, contact_id)
        SELECT id, e164, contact_id FROM contacts_phone""",
]


def _sqlite_triggers(table: str, words: str, columns: dict[str, str]) -> list[str]:
    """What keeps one FTS5 table. columns: of it, and the value each takes from the row NEW."""
    names, values = ", ".join(columns), ", ".join(columns.values())
    sets = ", ".join(f"{name} = {value}" for name, value in columns.items())
    changed = " OR ".join(
        f"{value.replace('NEW.', 'OLD.')} IS NOT {value}" for value in columns.values()
    )
    head = "CREATE TRIGGER IF NOT EXISTS"
    return [
        f"""{head} {words}_added AFTER INSERT ON {table} BEGIN
            INSERT INTO {words}(rowid, {names}) VALUES (NEW.id, {values}); END""",
        f"""{head} {words}_changed AFTER UPDATE ON {table} WHEN {changed} BEGIN
            UPDATE {words} SET {sets} WHERE rowid = NEW.id; END""",
        f"""{head} {words}_gone AFTER DELETE ON {table} BEGIN
            DELETE FROM {words} WHERE rowid = OLD.id; END""",
    ]


_COMPANY_RENAMED = """UPDATE contacts_words SET words =
    (SELECT {words} FROM contacts_contact c WHERE c.id = contacts_words.{key})
    WHERE {key} IN (SELECT id FROM contacts_contact WHERE company_id = NEW.id)"""

_SQLITE_RENAMED = _COMPANY_RENAMED.format(key="rowid", words=_MARKED.format("c"))
_POSTGRES_RENAMED = _COMPANY_RENAMED.format(key="contact_id", words=_WORDS.format("c"))

_SQLITE_TRIGGERS = [
    f"""CREATE TRIGGER IF NOT EXISTS contacts_words_company AFTER UPDATE ON contacts_company
        WHEN OLD.sort_name IS NOT NEW.sort_name
        BEGIN {_SQLITE_RENAMED}; END""",
    *_sqlite_triggers("contacts_contact", "contacts_words", {"words": _MARKED.format("NEW")}),
    *_sqlite_triggers(
        "contacts_company", "contacts_company_words", {"words": "'  ' || NEW.sort_name"}
    ),
    *_sqlite_triggers(
        "contacts_phone", "contacts_digits", {"digits": "NEW.e164", "contact_id": "NEW.contact_id"}
    ),
]

_POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE TABLE contacts_words (
        contact_id bigint PRIMARY KEY, sort_name varchar(170) NOT NULL, words text NOT NULL)""",
    # In the order of names, so that what is found together stands together.
    f"""INSERT INTO contacts_words SELECT c.id, c.sort_name, {_WORDS.format("c")}
        FROM contacts_contact c ORDER BY c.sort_name, c.id""",
    "CREATE INDEX contacts_words_by_name ON contacts_words (sort_name, contact_id)",
    "CREATE INDEX contacts_words_trigram ON contacts_words USING gin (words gin_trgm_ops)",
    "CREATE INDEX phone_trigram ON contacts_phone USING gin (e164 gin_trgm_ops)",
    # How many have three or four digits is guessed from as many numbers.
    "ALTER TABLE contacts_phone ALTER COLUMN e164 SET STATISTICS 1000",
    "CREATE INDEX company_trigram ON contacts_company USING gin (sort_name gin_trgm_ops)",
    f"""CREATE FUNCTION contacts_words_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                TRUNCATE contacts_words;
            ELSIF TG_OP = 'DELETE' THEN
                DELETE FROM contacts_words WHERE contact_id IN (SELECT id FROM changed);
            ELSIF TG_OP = 'UPDATE' THEN
                INSERT INTO contacts_words VALUES (NEW.id, NEW.sort_name, {_NEW})
                ON CONFLICT (contact_id) DO UPDATE
                    SET sort_name = EXCLUDED.sort_name, words = EXCLUDED.words;
            ELSE
                INSERT INTO contacts_words
                SELECT changed.id, changed.sort_name, {_WORDS.format("changed")} FROM changed
                ON CONFLICT (contact_id) DO UPDATE
                    SET sort_name = EXCLUDED.sort_name, words = EXCLUDED.words;
            END IF;
            RETURN NULL;
        END $$""",
    # Once for a statement, however many rows it has: an import adds thousands.
    """CREATE TRIGGER contacts_words_added AFTER INSERT ON contacts_contact
        REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION contacts_words_keep()""",
    """CREATE TRIGGER contacts_words_gone AFTER DELETE ON contacts_contact
        REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION contacts_words_keep()""",
    """CREATE TRIGGER contacts_words_changed
        AFTER UPDATE OF sort_name, email, company_id ON contacts_contact FOR EACH ROW
        WHEN ((OLD.sort_name, OLD.email, OLD.company_id) IS DISTINCT FROM
              (NEW.sort_name, NEW.email, NEW.company_id))
        EXECUTE FUNCTION contacts_words_keep()""",
    f"""CREATE FUNCTION contacts_words_company() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {_POSTGRES_RENAMED}; RETURN NULL; END $$""",
    """CREATE TRIGGER contacts_words_company AFTER UPDATE OF sort_name ON contacts_company
        FOR EACH ROW WHEN (OLD.sort_name <> NEW.sort_name)
        EXECUTE FUNCTION contacts_words_company()""",
    """CREATE TRIGGER contacts_words_emptied AFTER TRUNCATE ON contacts_contact
        FOR EACH STATEMENT EXECUTE FUNCTION contacts_words_keep()""",
]

_POSTGRES_BACK = [
    "DROP TRIGGER IF EXISTS contacts_words_company ON contacts_company",
    "DROP FUNCTION IF EXISTS contacts_words_company()",
    "DROP TRIGGER contacts_words_emptied ON contacts_contact",
    "DROP TRIGGER contacts_words_changed ON contacts_contact",
    "DROP TRIGGER IF EXISTS contacts_words_gone ON contacts_contact",
    "DROP TRIGGER contacts_words_added ON contacts_contact",
    "DROP FUNCTION contacts_words_keep()",
    "DROP INDEX company_trigram, phone_trigram",
    "DROP TABLE contacts_words",
]


def create(connection: Any) -> None:
    """Make it, from what is there."""
    sqlite = connection.vendor == "sqlite"
    _run(connection, [*_SQLITE_TABLES, *_SQLITE_TRIGGERS] if sqlite else _POSTGRES)


def drop(connection: Any) -> None:
    """The way back."""
    tables = ("contacts_words", "contacts_company_words", "contacts_digits")
    ends = ("added", "changed", "gone")
    sqlite = [
        "DROP TRIGGER IF EXISTS contacts_words_company",
        *[f"DROP TRIGGER {table}_{end}" for table in tables for end in ends],
        *[f"DROP TABLE {table}" for table in tables],
    ]
    _run(connection, sqlite if connection.vendor == "sqlite" else _POSTGRES_BACK)


def keep(connection: Any) -> None:
    """On SQLite a migration that alters a table makes a new one and loses its triggers."""
    if connection.vendor == "sqlite" and "contacts_words" in connection.introspection.table_names():
        _run(connection, _SQLITE_TRIGGERS)


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
