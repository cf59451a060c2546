"""
The database itself notices what webhooks tell of, whoever changes it, and writes a Delivery for
each address that wants to hear of it: in the same transaction, by triggers. Where nobody listens
that is one look into an empty table beside the change, and not a query.

Changes of one contact that nobody has told yet are one piece of news. Whoever changes it holds
that row until the commit, and so nobody tells of the contact as it was before.

In the same way it notes whom a broadcast did not reach, for its page and for who retries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from messaging.models.message import FROM_A_LOG, MISSED

_COLUMNS = "hook_id, url, event, subject, detail, at, state, tries, try_at, body, response, problem"
_FOR_HOOKS = """INSERT INTO messaging_delivery ({columns})
    SELECT h.id, '', '{event}', {subject}, {detail}, {now}, 'waiting', 0, {once}, '', '', ''
      FROM messaging_hook h WHERE h.{flag}{also}"""
_FOR_CALLER = """INSERT INTO messaging_delivery ({columns})
    SELECT NULL, n.report_url, 'message.status', n.message_id, {detail}, {now}, 'waiting', 0,
           {once}, '', '', ''
      FROM messaging_callernote n WHERE n.message_id = NEW.id AND n.report_url <> ''"""
_JOIN = """
    ON CONFLICT (hook_id, subject)
    WHERE event = 'contact.changed' AND state = 'waiting' AND tries = 0
    DO UPDATE SET at = excluded.at,
        detail = CASE excluded.detail WHEN 'updated' THEN messaging_delivery.detail
                 ELSE excluded.detail END"""

_OF_A_CONTACT = """ AND EXISTS (SELECT 1 FROM django_content_type t WHERE
    t.id = {row}.content_type_id AND t.app_label = 'contacts' AND t.model = 'contact')"""


@dataclass(frozen=True, slots=True)
class _Trigger:
    """when: `AFTER …`; only: SQL of OLD and NEW, or empty; does: statements."""

    name: str
    table: str
    when: str
    only: str
    does: tuple[str, ...]


def _news(
    event: str, flag: str, subject: str, detail: str, *, also: str = "", join: bool = False
) -> str:
    given = {"event": event, "flag": flag, "subject": subject, "detail": detail, "also": also}
    sql = _FOR_HOOKS.format(columns=_COLUMNS, now="{now}", once="{once}", **given)
    return sql + (_JOIN if join else "")


def _contact(subject: str, detail: str, also: str = "") -> str:
    return _news("contact.changed", "on_contact", subject, f"'{detail}'", also=also, join=True)


def _custom(row: str) -> str:
    """One table holds the custom fields of all record types."""
    return _contact(f"{row}.object_id", "updated", _OF_A_CONTACT.format(row=row))


_STATUS = _news("message.status", "on_status", "NEW.id", "NEW.status")
_IS_NEWS = f" AND NEW.detail <> '{FROM_A_LOG}'"
_ADOPTED = _news("message.status", "on_status", "NEW.id", "NEW.status", also=_IS_NEWS)
_RECEIVED = _news("message.received", "on_received", "NEW.id", "NEW.status", also=_IS_NEWS)
_OPTOUT = _news(
    "optout.changed",
    "on_optout",
    "NEW.phone",
    "CASE WHEN NEW.opted_out_at IS NULL THEN 'opted_in' ELSE 'opted_out' END",
)
_CALLER = _FOR_CALLER.format(columns=_COLUMNS, detail="NEW.status", now="{now}", once="{once}")
_UNDER_WAY = "('queued', 'sending')"
_TOLD = ("name", "job_title", "company_id", "email", "time_zone", "notes", "archived_at")
_OF_CONTACT = ("first_name", "last_name", "owner_id", *_TOLD)
_DIFFERS = " OR ".join(f"OLD.{name} {{differs}} NEW.{name}" for name in _OF_CONTACT)
_FAILED = f"NEW.status IN {tuple(map(str, MISSED))}"
_RECIPIENTS = "messaging_broadcastrecipient"
_MISSED = f"UPDATE {_RECIPIENTS} SET missed = ({_FAILED}) WHERE message_id = NEW.id"  # noqa: S608
_PHONE, _TAGS = "contacts_phone", "contacts_contact_tags"
_CUSTOM = "contacts_customvalue"

#: Models; tags are a table of their own.
WATCHED = {"message", "recipient", "contact", "phone", "customvalue", "broadcastrecipient"}

TRIGGERS = [
    _Trigger(
        "messaging_hooks_status",
        "messaging_message",
        "AFTER UPDATE OF status",
        f"OLD.status <> NEW.status AND NEW.status NOT IN {_UNDER_WAY}",
        (_STATUS, _CALLER),
    ),
    _Trigger(
        "messaging_hooks_missed",
        "messaging_message",
        "AFTER UPDATE OF status",
        f"({_FAILED}) <> ({_FAILED.replace('NEW', 'OLD')})",
        (_MISSED,),
    ),
    _Trigger(
        "messaging_hooks_received",
        "messaging_message",
        "AFTER INSERT",
        "NEW.status = 'received'",
        (_RECEIVED,),
    ),
    _Trigger(
        "messaging_hooks_adopted",
        "messaging_message",
        "AFTER INSERT",
        f"NEW.status <> 'received' AND NEW.status NOT IN {_UNDER_WAY}",
        (_ADOPTED,),
    ),
    _Trigger(
        "messaging_hooks_said",
        "messaging_recipient",
        "AFTER INSERT",
        "NEW.opted_out_at IS NOT NULL",
        (_OPTOUT,),
    ),
    _Trigger(
        "messaging_hooks_changed",
        "messaging_recipient",
        "AFTER UPDATE OF opted_out_at",
        "(OLD.opted_out_at IS NULL) <> (NEW.opted_out_at IS NULL)",
        (_OPTOUT,),
    ),
    _Trigger(
        "messaging_hooks_contact_added",
        "contacts_contact",
        "AFTER INSERT",
        "",
        (_contact("NEW.id", "created"),),
    ),
    _Trigger(
        "messaging_hooks_contact_changed",
        "contacts_contact",
        f"AFTER UPDATE OF {', '.join(_OF_CONTACT)}",
        _DIFFERS,
        (_contact("NEW.id", "updated"),),
    ),
    _Trigger(
        "messaging_hooks_contact_gone",
        "contacts_contact",
        "AFTER DELETE",
        "",
        (_contact("OLD.id", "deleted"),),
    ),
    *(
        _Trigger(
            f"messaging_hooks_{name}_{end}",
            table,
            f"AFTER {verb}",
            only,
            (_contact(f"{row}.contact_id", "updated"),),
        )
        for name, table in (("phone", _PHONE), ("tag", _TAGS))
        for end, verb, row, only in (
            ("added", "INSERT", "NEW", ""),
            ("gone", "DELETE", "OLD", ""),
        )
    ),
    _Trigger(
        "messaging_hooks_phone_changed",
        _PHONE,
        "AFTER UPDATE",
        " OR ".join(
            f"OLD.{name} <> NEW.{name}"
            for name in ("e164", "kind", "label", "is_primary", "contact_id")
        ),
        (_contact("NEW.contact_id", "updated"),),
    ),
    _Trigger("messaging_hooks_custom_added", _CUSTOM, "AFTER INSERT", "", (_custom("NEW"),)),
    _Trigger("messaging_hooks_custom_gone", _CUSTOM, "AFTER DELETE", "", (_custom("OLD"),)),
    _Trigger(
        "messaging_hooks_custom_changed",
        _CUSTOM,
        "AFTER UPDATE",
        " OR ".join(
            f"OLD.{name} {{differs}} NEW.{name}" for name in ("text", "number", "day", "object_id")
        ),
        (_custom("NEW"),),
    ),
]


def install(connection: Any) -> None:
    """Make what is missing, where all tables are there."""
    told = {"messaging_delivery", "messaging_callernote", _RECIPIENTS}
    tables = told | {trigger.table for trigger in TRIGGERS}
    if not tables <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in _statements(trigger, connection.vendor, cursor):
                cursor.execute(statement)


def remove(connection: Any) -> None:
    """
    Before migrations that could not alter a table beneath its triggers: SQLite makes a new one,
    PostgreSQL refuses to change a column that a trigger names. `install` brings them back.
    """
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            if trigger.table in there:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


def _statements(trigger: _Trigger, vendor: str, cursor: Any) -> list[str]:
    return _postgres(trigger, cursor) if vendor == "postgresql" else [_sqlite(trigger)]


def _sqlite(trigger: _Trigger) -> str:
    only = trigger.only.format(differs="IS NOT")
    # With six places, as Django writes it: pages of the log compare letters.
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
    words = {"now": now, "once": "'1970-01-01 00:00:00'"}
    body = "; ".join(sql.format(**words) for sql in trigger.does)
    return f"""CREATE TRIGGER IF NOT EXISTS {trigger.name} {trigger.when} ON {trigger.table}
        {f"WHEN {only}" if only else ""} BEGIN {body}; END"""


def _postgres(trigger: _Trigger, cursor: Any) -> list[str]:
    """One that is there already and is called as often as it should stays; its function is new."""
    only = trigger.only.format(differs="IS DISTINCT FROM")
    words = {"now": "clock_timestamp()", "once": "'1970-01-01 00:00:00Z'"}
    body = "; ".join(sql.format(**words) for sql in trigger.does)
    once = _once_for_all(trigger)
    function = f"""CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql
        AS $$ {_each(body) if once else f"BEGIN {body}; RETURN NULL; END"} $$"""
    cursor.execute("SELECT tgtype & 1 FROM pg_trigger WHERE tgname = %s", [trigger.name])
    there = cursor.fetchone()
    if there and bool(there[0]) != bool(once):
        return [function]
    return [
        f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}",
        function,
        f"""CREATE TRIGGER {trigger.name} {trigger.when} ON {trigger.table}
            {once or "FOR EACH ROW"} {f"WHEN ({only})" if only else ""}
            EXECUTE FUNCTION {trigger.name}()""",
    ]


def _once_for_all(trigger: _Trigger) -> str:
    """
    PostgreSQL calls those of webhooks that want every row once for a statement: an import adds
    thousands of rows in one, and mostly nobody listens.
    """
    rows = {"AFTER INSERT": "NEW", "AFTER DELETE": "OLD"}.get(trigger.when)
    if trigger.only or not rows:
        return ""
    return f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT"


def _each(body: str) -> str:
    """The same for each row that changed, if there is any address to tell of it."""
    body = body.replace("NEW.", "one.").replace("OLD.", "one.")
    all_of_them = f"FOR one IN SELECT * FROM changed LOOP {body}; END LOOP"  # noqa: S608 (SQL of ours)
    listening = "EXISTS (SELECT 1 FROM messaging_hook)"
    return f"""DECLARE one record;
        BEGIN IF {listening} THEN {all_of_them}; END IF; RETURN NULL; END"""
