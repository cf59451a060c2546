"""Who may open what: strangers sign in first, what is not there is a 404, a POST is a POST."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import duplicates
from contacts.access import UNDECLARED
from contacts.comments import post_comment
from contacts.models import (
    BulkAction,
    Company,
    Contact,
    ContactImport,
    CustomField,
    Deal,
    Member,
    Merge,
    Notification,
    SavedView,
    Team,
)
from contacts.roles import TABLE, Role
from messaging import texting
from messaging.models import (
    Broadcast,
    Conversation,
    Delivery,
    Event,
    Hook,
    Invitation,
    Message,
    Number,
    Origin,
    Recipient,
    Recurrence,
    SignIn,
    Template,
    Token,
    Trigger,
)
from tests.messaging.views.addresses import ROWS, Row, names

READ = [
    "inbox",
    "communications",
    "number-list",
    "trigger-list",
    "template-list",
    "template-create",
    "template-choices",
    "field-choices",
    "quick-text",
    "handset",
    "broadcast-list",
    "broadcast-create",
    "scheduled-list",
    "recurring-create",
]
ONE_THING = [
    "conversation-open",
    "message-detail",
    "conversation-earlier",
    "conversation-whose",
    "template-edit",
    "template-delete",
    "broadcast-detail",
    "broadcast-edit",
    "broadcast-progress",
    "broadcast-results",
    "scheduled-edit",
    "recurring-edit",
    "recurring-delete",
    "broadcast-stop",
]
STAFFS = ["number-create", "number-edit", "trigger-create", "trigger-edit", "trigger-delete"]
ACTIONS = [
    "conversation-read",
    "typing",
    "conversation-name",
    "conversation-assign",
    "conversation-done",
    "conversation-snooze",
    "conversation-reopen",
    "conversation-unread",
    "message-cancel",
    "message-again",
    "message-called",
    "message-move",
    "message-arrived",
    "message-lost",
    "send-text",
    "recurring-pause",
    *(f"broadcast-{verb}" for verb in ("start", "test", "approve", "pause", "resume", "retry")),
]


@pytest.mark.parametrize("name", READ)
def test_a_page_opens_for_who_is_signed_in(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}"))

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", READ)
def test_a_stranger_is_led_to_the_sign_in_page(client: Client, name: str) -> None:
    response = client.get(reverse(f"messaging:{name}"))

    assert response["Location"].startswith("/login/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONE_THING + ACTIONS)
def test_a_stranger_learns_nothing_of_one_thing(client: Client, name: str) -> None:
    response = client.post(reverse(f"messaging:{name}", args=[1]))

    assert response["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", ONE_THING)
def test_what_is_not_there_is_a_404(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}", args=[4711]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_on_what_is_not_there_is_a_404(alices_browser: Client, name: str) -> None:
    response = alices_browser.post(reverse(f"messaging:{name}", args=[4711]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_never_done_by_a_link(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}", args=[1]))

    assert response.status_code == 405


@pytest.mark.parametrize("name", STAFFS)
def test_what_changes_the_installation_is_for_who_runs_it(
    alices_browser: Client, danas_browser: Client, name: str
) -> None:
    url = reverse(f"messaging:{name}", args=[] if name.endswith("create") else [4711])

    stranger, alice, dana = (b.get(url) for b in (Client(), alices_browser, danas_browser))

    assert stranger["Location"].startswith("/login/?next=")
    assert alice.status_code == 403
    assert dana.status_code == (200 if name.endswith("create") else 404)


def test_a_gateway_is_resumed_by_a_post_of_who_runs_this(
    alices_browser: Client, danas_browser: Client
) -> None:
    url = reverse("messaging:gateway-resume", args=["simulator"])

    assert alices_browser.post(url).status_code == 403
    assert danas_browser.get(url).status_code == 405
    assert danas_browser.post(url).status_code == 302
    assert danas_browser.post(url.replace("simulator", "nobody")).status_code == 404


def test_a_colleague_may_open_anybodys_text(client: Client, bob: object, sent: Message) -> None:
    client.force_login(bob)  # type: ignore[arg-type]

    response = client.get(reverse("messaging:message-detail", args=[sent.pk]))

    assert response.status_code == 200


def test_the_handset_exists_in_demo_mode_only(
    alices_browser: Client, settings: LazySettings
) -> None:
    settings.DEMO = settings.REQUIRE_2FA = False

    assert alices_browser.get(reverse("messaging:handset")).status_code == 404
    assert alices_browser.post(reverse("messaging:handset-answer")).status_code == 404
    assert alices_browser.get(reverse("messaging:live"), {"page": "handset"}).status_code == 404


@pytest.mark.django_db
def test_a_page_that_signed_out_hears_401(client: Client) -> None:
    response = client.get(reverse("messaging:live"), {"page": "inbox"})

    assert response.status_code == 401


@pytest.fixture
def people(db: None) -> dict[Role, User]:
    """One of each role."""
    made = {}
    for role in Role:
        made[role] = User.objects.create_user(role.value, first_name=role.label)
        Member.objects.create(user=made[role], role=role)
    return made


@pytest.fixture
def browsers(people: dict[Role, User]) -> dict[Role, Client]:
    opened = {role: Client() for role in people}
    for role, browser in opened.items():
        browser.force_login(people[role])
    return opened


@pytest.fixture
def things(
    people: dict[Role, User],
    carol: Contact,
    bakery: Company,
    roof: Deal,
    sent: Message,
) -> dict[str, object]:
    """What addresses are about: a key of each kind that is there, or one for each role."""
    note = {role: post_comment(on=carol, author=who, body="A note") for role, who in people.items()}
    tell = {
        role: Notification.objects.create(user=who, comment=note[role])
        for role, who in people.items()
    }
    token = {
        role: Token.objects.create(user=who, name="x", digest=role, scopes=["read"])
        for role, who in people.items()
    }
    imported = {
        role: ContactImport.objects.create(author=who, name="x", header=["Name"], mapping=["name"])
        for role, who in people.items()
    }
    log = {
        role: ContactImport.objects.create(author=who, name="x", kind="texts", header=["Text"])
        for role, who in people.items()
    }
    template = {
        role: Template.objects.create(name=f"hi-{role}", text="Hi", owner=who)
        for role, who in people.items()
    }
    view = {
        role: SavedView.objects.create(owner=who, of="contacts", name="x")
        for role, who in people.items()
    }
    sign_in = {
        role: SignIn.objects.create(user=who, session_key=role.value)
        for role, who in people.items()
    }
    invitation = Invitation.objects.create(
        digest="x", invited_by=people[Role.ADMIN], expires_at=timezone.now() + Invitation.LASTS
    )
    bulk = {
        role: BulkAction.objects.create(author=who, verb="archive", state="done")
        for role, who in people.items()
    }
    twin, merged = (Contact.objects.create(first_name=name) for name in ("Twin", "Gone"))
    kind = ContentType.objects.get_for_model(Contact)
    later = texting.send(
        text="Hi",
        phone="+12125550123",
        number=Number.objects.get(),
        origin=Origin.FORM,
        author=people[Role.ADMIN],
        contact=carol,
        send_after=timezone.now() + timedelta(days=1),
    )
    monday = Recurrence.objects.create(
        contact=carol,
        text="Hi",
        every="week",
        day=0,
        clock="09:00",
        author=people[Role.ADMIN],
        next_at=timezone.now() + timedelta(days=1),
    )
    west = Team.objects.create(name="West")
    Member.objects.update(team=west)
    hook = Hook.objects.create(url="https://192.0.2.1/")
    return {
        "contact": carol.pk,
        "contact-phone": carol.phones.get().pk,
        "company": bakery.pk,
        "deal": roof.pk,
        "comment": {role: row.pk for role, row in note.items()},
        "notification": {role: row.pk for role, row in tell.items()},
        "import": {role: row.pk for role, row in imported.items()},
        "log": {role: row.pk for role, row in log.items()},
        "view": {role: row.pk for role, row in view.items()},
        "duplicate": duplicates.pair(carol.pk, twin.pk).pk,
        "merge": Merge.objects.create(keep=carol, gone=merged, details=DETAILS).pk,
        "bulk": {role: row.pk for role, row in bulk.items()},
        "field": CustomField.objects.create(content_type=kind, key="plan", label="Plan").pk,
        "token": {role: row.pk for role, row in token.items()},
        "template": {role: row.pk for role, row in template.items()},
        "sign-in": {role: row.pk for role, row in sign_in.items()},
        "invitation": invitation.pk,
        "conversation": Conversation.objects.get(contact=carol).pk,
        "message": sent.pk,
        "number": Number.objects.get().pk,
        "gateway": "simulator",
        "trigger": Trigger.objects.first().pk,  # type: ignore[union-attr]
        "scheduled": later.pk,
        "recurrence": monday.pk,
        "broadcast": Broadcast.objects.create(name="x", text="Hi", state="ready", team=west).pk,
        "person": User.objects.create_user("somebody").pk,
        "phone": Recipient.objects.get_or_create(phone="+12125550123")[0].pk,
        "hook": hook.pk,
        "delivery": Delivery.objects.create(hook=hook, event="ping", subject="1").pk,
        "team": west.pk,
        "event": Event.objects.create(gateway="seven", method="POST", url="/", body=b"{}").pk,
    }


#: What a POST has to say so that it is about something: the field, and a kind of thing.
SAID = {
    "messaging:conversation-whose": ("contact", "contact"),
    "messaging:message-move": ("contact", "contact"),
    "messaging:handset-answer": ("number", "number"),
}
#: Of a merge that moved nothing.
DETAILS = {
    **{name: {} for name in ("fields", "custom", "conversation", "kept_conversation")},
    **{name: [] for name in ("phones", "dropped", "tags")},
    "moved": {"comments": []},
}
MISSING = {"gateway": "nobody", "phone": "+12125550199"}


def test_every_address_has_a_row() -> None:
    assert sorted(names()) == sorted(row.name for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_role_does_what_the_table_says_and_nothing_else(
    row: Row, browsers: dict[Role, Client], things: dict[str, object]
) -> None:
    for role, browser in browsers.items():
        own = things.get(row.thing)
        address = place(row, own[role] if isinstance(own, dict) else own)
        field, kind = SAID.get(row.name, ("", ""))

        for method, right in (("GET", row.get), ("POST", row.post)):
            said = answer(browser, method, address, {field: things.get(kind, "")})
            if right is None:
                assert said in {403, 405}, (role, method)
            elif right in TABLE[role]:
                assert said in {200, 204, 302, 422}, (role, method, said)
            else:
                assert said == 403, (role, method, said)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.thing], ids=[row.name for row in ROWS if row.thing]
)
def test_what_is_missing_is_missing_for_every_role(row: Row, browsers: dict[Role, Client]) -> None:
    for role, browser in browsers.items():
        for method, right in (("GET", row.get), ("POST", row.post)):
            if right in TABLE[role]:
                said = answer(browser, method, place(row, MISSING.get(row.thing, 4711)))
                assert said == 404, (role, method, said)


#: What belongs to a team, and what belongs to one person.
OF_A_TEAM = [
    "contact",
    "contact-phone",
    "company",
    "deal",
    "conversation",
    "message",
    "broadcast",
    "phone",
]
OF_ONE_PERSON = ["import", "log", "notification", "comment", "template", "token"]


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.thing in OF_A_TEAM],
    ids=[row.name for row in ROWS if row.thing in OF_A_TEAM],
)
def test_what_is_another_teams_is_missing_for_all_but_admins(
    row: Row, people: dict[Role, User], browsers: dict[Role, Client], things: dict[str, object]
) -> None:
    east = Team.objects.create(name="East")
    for model in (Contact, Company, Deal, Broadcast):
        model.objects.update(team=east)
    Member.objects.filter(user__in=people.values()).update(team=things["team"])

    for role, browser in browsers.items():
        for method, right in (("GET", row.get), ("POST", row.post)):
            if right in TABLE[role]:
                said = answer(browser, method, place(row, things[row.thing]))
                if role != Role.ADMIN:
                    assert said == 404, (role, method, said)
                elif row.name not in SAID:
                    assert said != 404, (method, said)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.thing in OF_ONE_PERSON],
    ids=[row.name for row in ROWS if row.thing in OF_ONE_PERSON],
)
def test_what_is_a_colleagues_own_is_missing(
    row: Row, browsers: dict[Role, Client], things: dict[str, object]
) -> None:
    theirs = things[row.thing]
    Template.objects.update(is_shared=False)
    assert isinstance(theirs, dict)

    for role, other in ((Role.MANAGER, Role.AGENT), (Role.AGENT, Role.READER)):
        for method, right in (("GET", row.get), ("POST", row.post)):
            if right in TABLE[role]:
                said = answer(browsers[role], method, place(row, theirs[other]))
                assert said == 404, (role, method, said)


def place(row: Row, key: object) -> str:
    return reverse(row.name, args=[key] if row.thing else [])


def answer(
    browser: Client, method: str, address: str, words: dict[str, object] | None = None
) -> int:
    """The status; what it did is undone."""
    with transaction.atomic():
        if method == "POST":
            said = browser.post(address, words or {}).status_code
        else:
            said = browser.get(address, {"page": "inbox"}).status_code
        transaction.set_rollback(True)
    return said


def test_a_view_that_declares_nothing_is_refused(
    client: Client, people: dict[Role, User], settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = "tests.messaging.views.undeclared"
    client.force_login(people[Role.ADMIN])

    response = client.get("/undeclared/")

    assert response.status_code == 403
    assert UNDECLARED in response.content.decode()


def test_who_may_not_is_told_so_in_a_sentence(browsers: dict[Role, Client]) -> None:
    response = browsers[Role.READER].get(reverse("messaging:quick-text"))

    assert "Your role, read-only, may not text anybody." in response.content.decode()


def test_djangos_own_admin_is_for_admins(browsers: dict[Role, Client], people: object) -> None:
    User.objects.update(is_staff=True)

    said = {role: browser.get("/admin/").status_code for role, browser in browsers.items()}

    assert said == {Role.ADMIN: 200, Role.MANAGER: 403, Role.AGENT: 403, Role.READER: 403}
