"""Where words enter: the address, the field, and what must have become of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User

from contacts.models import (
    Comment,
    Company,
    Contact,
    CustomField,
    CustomValue,
    Deal,
    Phone,
    SavedView,
    Tag,
    Team,
)
from messaging.models import Broadcast, Hook, Message, Number, Template

COMMAND = re.compile(r"\\?\s*sms\s*:", re.IGNORECASE)
TEMPLATE = re.compile(r"\s*\\?/\w[\w-]*(\s|$)|\\?\{\s*[a-z]", re.IGNORECASE)
LONGEST_ADDRESS = 4_000  # characters; gunicorn takes no request line of more than 8,190 bytes


@dataclass(frozen=True, slots=True)
class Question:
    """Words in an address: `{words}` is where. Whatever they are, there is a page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Form:
    """
    Words in a field. Accepted, they are stored as `kept` says (None: they need not be);
    refused, the answer holds them. `shown` is a page that shows what was stored.
    """

    name: str
    address: str
    field: str
    stored: Callable[[], Any]
    kept: Callable[[str], Any]
    others: Mapping[str, Any] = field(default_factory=dict)
    prefix: str = ""
    shown: str = ""
    repeats_words: bool = True


def of(model: Any, name: str) -> Callable[[], Any]:
    """That field of the newest row, of a model or among some rows, or None."""
    rows = getattr(model, "objects", model)
    return lambda: rows.order_by("-pk").values_list(name, flat=True).first()


def carols_notes() -> Any:
    """There is a twin of hers, who is newer."""
    return of(Contact.objects.exclude(first_name="Caro"), "notes")()


def comment(words: str) -> str:
    """Without the space around it and what no database takes, and with one kind of line end."""
    return words.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def plain_comment(words: str) -> str | None:
    """A comment that is a command is checked elsewhere."""
    kept = comment(words)
    return None if COMMAND.match(kept) else kept


def text(words: str) -> str | None:
    """Of a text: what is filled in, or names a template, is checked elsewhere."""
    kept = comment(words)
    return None if TEMPLATE.search(kept) else kept


def one_line(words: str) -> str:
    return words.strip()


def words_alone(words: str) -> str:
    """With one space between them."""
    return " ".join(words.split())


def anything(words: str) -> None:
    """It is checked elsewhere what becomes of these."""


ROWS = {"phones-TOTAL_FORMS": "2", "phones-INITIAL_FORMS": "0", "phones-0-kind": "mobile"}
INES = {"first_name": "Ines", **ROWS}
DEAL = {"title": "Roof", "stage": "lead"}
NUMBER = {"label": "Second", "address": "+12125550111", "gateway": "simulator", "active": "on"}
OTTO = "+44 7700 900321"
PERSON = {"username": "iva", "role": "agent", "password": "nine-blue-otters-swim"}

CAROL, ROOF, TEXT = "/contacts/{carol}/", "/deals/{roof}/", "/contacts/{carol}/text/"
RECURRING = {
    "contact": "Carol Finch",
    "text": "Hi",
    "every": "week",
    "weekday": "0",
    "clock": "09:00",
}
ADD_TEMPLATE, ADD_BROADCAST = "/templates/new/", "/broadcasts/new/"
ODD_BROADCAST = {"name": "Hi", "text": "Hi", "pasted": OTTO}
ADD_CONTACT, ADD_COMPANY, ADD_DEAL = "/contacts/new/", "/companies/new/", "/deals/new/"
ADD_HOOK = "/settings/webhooks/new/"
ADD_FIELD = "/settings/fields/new/"
ADD_NUMBER, ADD_TRIGGER, QUICK, LOGIN = "/numbers/new/", "/triggers/new/", "/quick-text/", "/login/"
SALES = {"active": "on", "prefix": "sales:", "channel": "sms"}

LOG = {
    **{f"column-{n}": field for n, field in enumerate(("from", "to", "at", "text"))},
    "gateway": "smrtphone",
    "preview": "1",
}

#: Fields whose words are to be stored: the field, its row, what is kept, the rest of the form.
WORDS = [
    Form("comment on a contact", CAROL, "body", of(Comment, "body"), plain_comment, shown=CAROL),
    Form("comment on a deal", ROOF, "body", of(Comment, "body"), plain_comment, shown=ROOF),
    Form(
        "comment that texts",
        *(CAROL, "body", of(Message, "text"), text),
        prefix="sms: ",
        shown=CAROL,
    ),
    Form(
        "changed comment",
        *("/comments/{note}/edit/", "body", of(Comment, "body"), comment),
        shown=CAROL,
    ),
    Form("first name", ADD_CONTACT, "first_name", of(Contact, "first_name"), one_line, INES),
    Form("last name", ADD_CONTACT, "last_name", of(Contact, "last_name"), one_line, INES),
    Form("job", ADD_CONTACT, "job_title", of(Contact, "job_title"), one_line, INES),
    Form("email", ADD_CONTACT, "email", of(Contact, "email"), one_line, ROWS),
    Form("notes", f"{CAROL}edit/", "notes", carols_notes, one_line, INES, shown=CAROL),
    Form(
        "phone label",
        *(ADD_CONTACT, "phones-0-label", of(Phone, "label"), one_line),
        INES | {"phones-0-number": OTTO},
    ),
    Form("company", ADD_COMPANY, "name", of(Company, "name"), one_line, shown="/companies/"),
    Form("deal", ADD_DEAL, "title", of(Deal, "title"), one_line, DEAL, shown="/deals/"),
    Form("text", TEXT, "text", of(Message, "text"), text, shown=CAROL),
    Form("quick text", QUICK, "text", of(Message, "text"), text, {"to": OTTO}, shown=QUICK),
    Form(
        "template's words",
        *(ADD_TEMPLATE, "text", of(Template, "text"), text, {"name": "hostile"}),
        shown="/templates/",
    ),
    Form(
        "broadcast's name",
        *(ADD_BROADCAST, "name", of(Broadcast, "name"), one_line),
        {"text": "Hi", "pasted": OTTO},
        shown="/broadcasts/",
    ),
    Form(
        "webhook's note",
        *("/settings/webhooks/{hook}/edit/", "note", of(Hook, "note"), one_line),
        {"url": "https://93.184.216.34/", "events": "on_status"},
        shown="/settings/webhooks/",
    ),
    Form(
        "a person's name",
        *("/settings/people/new/", "first_name", of(User, "first_name"), one_line, PERSON),
        shown="/settings/people/",
    ),
    Form(
        "field of one's own",
        *(ADD_FIELD, "label", of(CustomField, "label"), words_alone),
        {"on": "deal", "type": "text", "key": "colour"},
        shown="/settings/fields/",
    ),
    Form("what one holds", ADD_CONTACT, "f-street", of(CustomValue, "text"), one_line, INES),
    Form(
        "view's name",
        *("/views/new/", "name", of(SavedView, "name"), words_alone),
        {"of": "deals", "query": "q=a"},
        shown="/deals/",
    ),
    Form(
        "a team's name",
        *("/settings/teams/new/", "name", of(Team, "name"), one_line),
        shown="/settings/teams/",
    ),
    Form("our label", ADD_NUMBER, "label", of(Number, "label"), one_line, NUMBER),
]


def read(name: str, address: str, field: str, others: Mapping[str, Any], shown: str = "") -> Form:
    """A field whose words are understood as something else: a number, a day, a person."""
    return Form(name, address, field, lambda: None, lambda words: None, others, shown=shown)


def chosen(name: str, address: str, field: str, others: Mapping[str, Any]) -> Form:
    """A field nobody types in: a list, a hidden one."""
    row = read(name, address, field, others)
    return replace(row, repeats_words=False)


FORMS = [
    *WORDS,
    read("tags", ADD_CONTACT, "tags", INES, "/contacts/"),
    read("company of a contact", ADD_CONTACT, "company", INES),
    read("time zone", ADD_CONTACT, "time_zone", INES),
    read("phone", ADD_CONTACT, "phones-0-number", INES, "/contacts/"),
    read("pasted phones", ADD_CONTACT, "pasted", INES, "/contacts/"),
    chosen("phone rows", ADD_CONTACT, "phones-TOTAL_FORMS", INES),
    chosen("primary phone", ADD_CONTACT, "phones-primary", INES),
    chosen("kind of phone", ADD_CONTACT, "phones-0-kind", INES | {"phones-0-number": OTTO}),
    chosen("owner", ADD_CONTACT, "owner", INES),
    chosen(
        "id of a company", ADD_CONTACT, "company_id", INES | {"company": "x", "company_for": "x"}
    ),
    read("website", ADD_COMPANY, "website", {"name": "Kiln"}, "/companies/"),
    read("main contact", ADD_COMPANY, "main_contact", {"name": "Kiln"}),
    chosen("stage", ADD_DEAL, "stage", {"title": "Roof"}),
    read("amount", ADD_DEAL, "amount", DEAL, "/deals/"),
    read("due day", ADD_DEAL, "due_on", DEAL, "/deals/"),
    chosen("number to send from", TEXT, "number", {"text": "Hi"}),
    chosen("phone to send to", TEXT, "phone", {"text": "Hi"}),
    read("quick number", QUICK, "to", {"text": "Hi"}),
    read("our number", ADD_NUMBER, "address", NUMBER, "/numbers/"),
    read("a day's limit", ADD_NUMBER, "daily_limit", NUMBER, "/numbers/"),
    chosen("gateway", ADD_NUMBER, "gateway", NUMBER),
    chosen("number's time zone", ADD_NUMBER, "time_zone", NUMBER),
    read("template", ADD_TEMPLATE, "name", {"text": "Hi"}, "/templates/"),
    read("template tried on", ADD_TEMPLATE, "contact", {"name": "hi", "text": "x", "preview": 1}),
    read("recurring text", "/recurring/new/", "text", RECURRING, "/scheduled/"),
    chosen("recurring text's day", "/recurring/new/", "month_day", RECURRING | {"every": "month"}),
    chosen("recurring text's time", "/recurring/new/", "clock", RECURRING),
    chosen("whom a recurring text goes to", "/recurring/new/", "contact", RECURRING),
    read("broadcast's numbers", ADD_BROADCAST, "pasted", {"name": "Hi", "text": "Hi"}),
    read("broadcast's words", ADD_BROADCAST, "text", {"name": "Hi", "pasted": OTTO}),
    chosen("broadcast's list", ADD_BROADCAST, "query", {"name": "Hi", "text": "Hi"}),
    chosen("broadcast's look-up", ADD_BROADCAST, "look_up", ODD_BROADCAST),
    chosen("broadcast's tags", ADD_BROADCAST, "tags", ODD_BROADCAST),
    read("a field's name in texts", ADD_FIELD, "key", {"on": "deal", "type": "text", "label": "x"}),
    read(
        "a choice's options", ADD_FIELD, "options", {"on": "deal", "type": "choice", "label": "x"}
    ),
    chosen("a field's records", ADD_FIELD, "on", {"type": "text", "label": "x"}),
    chosen("a field's type", ADD_FIELD, "type", {"on": "deal", "label": "x"}),
    read("a number of one's own", ADD_CONTACT, "f-rent", INES),
    read("a day of one's own", ADD_CONTACT, "f-birthday", INES),
    chosen("a choice of one's own", ADD_CONTACT, "f-plan", INES),
    Form(
        "tag for many",
        *("/contacts/bulk/", "tag", of(Tag, "name"), anything),
        {"verb": "tag", "pk": "1", "query": "q=a"},
        repeats_words=False,
        shown="/contacts/",
    ),
    chosen("what stays of two", "/contacts/duplicates/{pair}/", "first_name", {"merge": "1"}),
    chosen("which of two stays", "/contacts/duplicates/{pair}/", "keep", {"merge": "1"}),
    chosen("what is done to many", "/contacts/bulk/", "verb", {"pk": "1", "tag": "x"}),
    chosen(
        "list of many",
        *("/contacts/bulk/", "query"),
        {"verb": "archive", "everybody": "1", "confirmed": "1"},
    ),
    chosen("owner of many", "/contacts/bulk/", "owner", {"verb": "owner", "pk": "1"}),
    chosen("who was ticked", "/contacts/bulk/", "pk", {"verb": "archive"}),
    chosen("view's question", "/views/new/", "query", {"of": "deals", "name": "x"}),
    chosen("view of texts", "/views/new/", "query", {"of": "communications", "name": "x"}),
    chosen("view's list", "/views/new/", "of", {"query": "", "name": "x"}),
    read("trigger", ADD_TRIGGER, "prefix", {"active": "on", "channel": "sms"}, "/triggers/"),
    chosen("trigger's number", ADD_TRIGGER, "number", SALES),
    chosen("trigger's channel", ADD_TRIGGER, "channel", SALES),
    chosen("trigger's records", ADD_TRIGGER, "record_types", SALES),
    chosen("day of a later text", TEXT, "day", {"text": "Hi", "later": "on", "clock": "09:00"}),
    chosen(
        "time of a later text", TEXT, "clock", {"text": "Hi", "later": "on", "day": "2030-01-01"}
    ),
    read("end of a snooze", "/inbox/{thread}/snooze/", "until", {}),
    chosen("length of a snooze", "/inbox/{thread}/snooze/", "preset", {}),
    chosen("who has a thread", "/inbox/{thread}/assign/", "user", {}),
    chosen("whose thread it is", "/inbox/{thread}/whose/", "contact", {}),
    read("own first name", "/settings/", "first_name", {}, "/settings/"),
    read("own seconds to undo", "/settings/", "undo_seconds", {}, "/settings/"),
    read("time zone of a log", "/communications/import/{log}/", "zone", LOG),
    chosen("column of a log", "/communications/import/{log}/", "column-0", LOG),
    chosen("gateway of a log", "/communications/import/{log}/", "gateway", LOG),
    read("opt-out", "/settings/opt-outs/new/", "phone", {"note": "Said so"}),
    read("note of an opt-out", "/settings/opt-outs/new/", "note", {"phone": OTTO}),
    read("start of texting hours", "/settings/hours/", "start", {"end": "21:00"}),
    read("webhook's address", ADD_HOOK, "url", {"events": "on_status"}),
    chosen("webhook's events", ADD_HOOK, "events", {"url": "https://192.0.2.1/"}),
    read("user name of a person", "/settings/people/new/", "username", PERSON),
    read("e-mail of a person", "/settings/people/new/", "email", PERSON),
    chosen("team of a person", "/settings/people/new/", "team", PERSON),
    chosen("role of a person", "/settings/people/new/", "role", PERSON),
    chosen("password of a person", "/settings/people/new/", "password", PERSON),
    read("test text", "/settings/gateways/simulator/test/", "simulator-phone", {}),
    chosen("handset's number", "/handset/answer/", "number", {"phone": "", "text": ""}),
    read("user name", LOGIN, "username", {"password": "x"}),
    chosen("password", LOGIN, "password", {"username": "alice"}),
    chosen("code of an authenticator", "/settings/second-factor/", "code", {}),
    read("invited address", "/settings/invitations/", "email", {"role": "agent"}),
    chosen("where to after signing in", LOGIN, "next", {"username": "alice", "password": "x"}),
]

QUESTIONS = [
    *[
        Question(f"{name} of {nouns}", f"/{nouns}/?{name}={{words}}")
        for nouns in ("contacts", "companies", "deals")
        for name in ("q", "owner", "archived", "sort", "cursor")
    ],
    Question("tag", "/contacts/?tag={words}"),
    Question("company of contacts", "/contacts/?company={words}"),
    Question("stage", "/deals/?stage={words}"),
    Question("cursor of duplicates", "/contacts/duplicates/?cursor={words}"),
    Question("which of two stays", "/contacts/duplicates/{pair}/?keep={words}"),
    *[
        Question(f"{name} of contacts", f"/contacts/?{name}={{words}}")
        for name in (
            *("ids", "did", "view", "columns", "f-street", "f-plan", "f-rent-from", "f-rent-to"),
            *("f-birthday-from", "f-birthday-to", "f-{words}"),
        )
    ],
    *[
        Question(f"suggestions, {name}", f"/{nouns}/suggest/?{name}={{words}}")
        for nouns, name in (
            *(("contacts", "main_contact"), ("contacts", "field"), ("companies", "company")),
            *(("companies", "field"), ("tags", "tags"), ("tags", "field")),
        )
    ],
    *[
        Question(f"{name} of a record", f"/contacts/{{carol}}/?{name}={{words}}")
        for name in ("cursor", "show", "tab", "before", "unread")
    ],
    Question("whom a broadcast finds", "/broadcasts/audience/?query={words}"),
    Question("tags of whom it finds", "/broadcasts/audience/?tags={words}"),
    Question("the broadcast that is changed", "/broadcasts/audience/?of={words}"),
    Question("a new deal's contact", "/deals/new/?contact={words}"),
    Question("a new contact's name", "/contacts/new/?first_name={words}"),
    *[
        Question(f"{name} of communications", f"/communications/?{name}={{words}}")
        for name in (
            *("q", "contact", "phone", "number", "direction", "status", "since", "until"),
            *("brought", "days", "view", "cursor"),
        )
    ],
    *[
        Question(f"{name} of the inbox", f"/inbox/?{name}={{words}}")
        for name in ("cursor", "q", "show", "number", "open", "unread")
    ],
    Question("live inbox", "/live/?page=inbox&rev=1&q={words}"),
    Question("whose thread", "/inbox/{thread}/whose/?q={words}"),
    Question("templates of a page", "/templates/choices/?page={words}"),
    Question("templates by name", "/templates/choices/?q={words}"),
    Question("merge fields by name", "/templates/fields/?q={words}"),
    Question("command menu", "/find/?q={words}"),
    Question("days of the dashboard", "/dashboard/?days={words}"),
    Question("opt-outs", "/settings/opt-outs/?q={words}"),
    Question("an opted-out phone", "/settings/opt-outs/{words}/"),
    Question("gateway of events", "/settings/events/?gateway={words}"),
    Question("state of events", "/settings/events/?state={words}"),
    Question("cursor of events", "/settings/events/?cursor={words}"),
    Question("state of a webhook's log", "/settings/webhooks/{hook}/?state={words}"),
    Question("cursor of mails", "/settings/mail/?cursor={words}"),
    Question("state of reports to callers", "/settings/webhooks/reports/?state={words}"),
    Question("cursor of reports to callers", "/settings/webhooks/reports/?cursor={words}"),
    Question("cursor of a webhook's log", "/settings/webhooks/{hook}/?cursor={words}"),
    Question("cursor of teams", "/settings/teams/?cursor={words}"),
    *[
        Question(f"{name} of the audit log", f"/settings/audit/?{name}={{words}}")
        for name in ("action", "who", "since", "until", "cursor")
    ],
    Question("cursor of people", "/settings/people/?cursor={words}"),
    Question("balance", "/settings/gateways/?balance={words}"),
    Question("quick text to", "/quick-text/?to={words}"),
    Question("earlier texts", "/contacts/{carol}/earlier/?before={words}"),
    *[Question(f"live {name}", f"/live/?{name}={{words}}") for name in ("page", "rev")],
    *[
        Question(f"live {name} of a contact", f"/live/?page=contact-{{carol}}&{name}={{words}}")
        for name in ("texts", "entries", "show", "rev")
    ],
    Question("live communications", "/live/?page=communications&rev=1&phone={words}"),
    Question("live handset", "/live/?page=handset&phone={words}"),
    Question("handset", "/handset/?phone={words}"),
    Question("quick text sent", "/quick-text/?sent={words}"),
    Question("an address", "/contacts/{words}/"),
    Question("a webhook", "/webhooks/{words}/x/"),
]
