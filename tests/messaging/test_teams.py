"""Teams: what one of them has, nobody of another sees, wherever it might show."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts import duplicates, mentions, merging, teams
from contacts.comments import CommentRefused, post_comment
from contacts.importing.known import Known
from contacts.importing.people import Person
from contacts.models import Company, Contact, Deal, Member, Notification, Phone, Team
from contacts.models.member import sees
from contacts.phones import TypedPhone
from contacts.roles import Role
from messaging import broadcasts, figures, people, tokens
from messaging.broadcasts.prepare import prepare_chunk
from messaging.models import (
    Broadcast,
    Conversation,
    Message,
    Number,
    Recipient,
    Recurrence,
    Status,
)

PHONE = "+12125550123"
UNREAD = '1<span class="visually-hidden"> unread'
WAITING = '<span class="count count--warn">'
HIDDEN = ("Carol", "Finch", "555-0123", "5550123", "Roof talk", "New roof")


@pytest.fixture
def east(db: None) -> Team:
    return Team.objects.create(name="East")


@pytest.fixture
def alice(alice: User, east: Team) -> User:
    Member.objects.filter(user=alice).update(team=east)
    return User.objects.get(pk=alice.pk)


@pytest.fixture
def wanda(db: None) -> User:
    """A manager of the other team."""
    user = User.objects.create_user("wanda", first_name="Wanda")
    Member.objects.create(user=user, role=Role.MANAGER, team=Team.objects.create(name="West"))
    return user


@pytest.fixture
def wandas_browser(wanda: User) -> Client:
    browser = Client()
    browser.force_login(wanda)
    return browser


@pytest.fixture
def easts(
    carol: Contact, bakery: Company, roof: Deal, alice: User, east: Team, number: Number
) -> Contact:
    """Carol, her bakery and roof are East's, and Alice texted her; she answered."""
    for record in (carol, bakery, roof):
        type(record).objects.update(team=east)
    post_comment(on=Deal.objects.get(), author=alice, body="sms: Roof talk")
    Message.objects.update(status=Status.UNCONFIRMED)
    Conversation.objects.update(unread=1)
    figures.rebuild()
    return Contact.objects.get(pk=carol.pk)


PAGES = [
    *("/contacts/", "/contacts/?q=carol", "/companies/", "/deals/", "/find/?q=carol", "/find/"),
    *("/contacts/suggest/?field=contact&contact=carol", "/companies/suggest/?company=finch"),
    *("/contacts/export/", "/inbox/", "/inbox/?show=all", "/inbox/?q=5550123", "/communications/"),
    *("/live/?page=inbox&rev=1", "/live/?page=communications&rev=1", "/settings/attention/"),
    *("/handset/", "/live/?page=handset", "/settings/opt-outs/", "/broadcasts/", "/notifications/"),
    "/contacts/?company=finch",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_of_another_team_shows_anything_of_it(
    easts: Contact, alices_browser: Client, wandas_browser: Client, wanda: User, address: str
) -> None:
    Recipient.objects.update_or_create(
        phone=PHONE, defaults={"opted_out_at": easts.created_at, "needs_review": True}
    )
    note = post_comment(on=easts, author=None, body="Carol Finch and @wanda")
    Notification.objects.get_or_create(user=wanda, comment=note)

    response = wandas_browser.get(address)

    page = b"".join(response).decode()
    assert response.status_code in {200, 204}
    assert not [words for words in HIDDEN if words in page and words not in address]


def test_their_own_team_sees_all_of_it(easts: Contact, alices_browser: Client) -> None:
    for address in ("/contacts/", "/inbox/", "/communications/", "/find/?q=carol"):
        assert "Carol" in alices_browser.get(address).content.decode()


def test_counts_are_of_what_they_see(
    easts: Contact, alices_browser: Client, wandas_browser: Client
) -> None:
    hers, others = (b.get("/dashboard/").content.decode() for b in (alices_browser, wandas_browser))

    assert UNREAD in hers
    assert UNREAD not in others
    assert WAITING in hers
    assert WAITING not in others
    assert "Alice" in hers
    assert "Alice" not in others.replace("Alice’s", "")


def test_the_dashboard_adds_up_a_team(easts: Contact, alice: User, wanda: User) -> None:
    from messaging.dashboard import reading
    from messaging.dashboard.period import chosen

    today = Message.objects.get().created_at.date()
    period = chosen("", today)

    found = {team: reading.by_day(period, team) for team in (None, alice.member.team_id, 4711)}

    assert found[None] == found[alice.member.team_id] != {}
    assert found[4711] == {}


def test_what_is_of_no_team_is_everybodys(
    carol: Contact, wandas_browser: Client, alices_browser: Client
) -> None:
    for browser in (wandas_browser, alices_browser):
        assert browser.get(carol.get_absolute_url()).status_code == 200


def test_somebody_without_a_team_sees_only_what_is_of_none(
    easts: Contact, bob: User, client: Client
) -> None:
    client.force_login(bob)

    assert client.get(easts.get_absolute_url()).status_code == 404


def test_an_admin_sees_every_team(easts: Contact, wanda: User, wandas_browser: Client) -> None:
    Member.objects.filter(user=wanda).update(role=Role.ADMIN)

    assert wandas_browser.get(easts.get_absolute_url()).status_code == 200


def test_the_api_shows_nothing_of_another_team(easts: Contact, wanda: User, roof: Deal) -> None:
    secret = tokens.issue(wanda, name="x")[1]
    call: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    browser, message = Client(), Message.objects.get()

    assert browser.get("/api/v1/contacts", **call).json()["items"] == []
    assert browser.get("/api/v1/messages", **call).json()["items"] == []
    for path in (f"contacts/{easts.pk}", f"messages/{message.pk}"):
        response = browser.get(f"/api/v1/{path}", **call)
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
    comment = browser.post(
        f"/api/v1/deals/{roof.pk}/comments", {"body": "x"}, content_type="application/json", **call
    )
    assert comment.status_code == 404


@pytest.mark.parametrize("way", ["quick", "api", "seven"])
def test_texting_their_number_finds_nobody_of_another_team(
    easts: Contact, wanda: User, wandas_browser: Client, number: Number, way: str
) -> None:
    secret = tokens.issue(wanda, name="x")[1]
    if way == "quick":
        wandas_browser.post("/quick-text/", {"to": PHONE, "text": "Hi"})
    elif way == "api":
        Client().post(
            "/api/v1/messages",
            {"to": PHONE, "text": "Hi"},
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}",
        )
    else:
        Client().post("/api/sms", {"to": PHONE, "text": "Hi"}, HTTP_X_API_KEY=secret)

    assert Message.objects.get(author=wanda).contact is None


def test_their_reply_still_finds_them(easts: Contact, number: Number) -> None:
    assert people.find(PHONE, number) == easts


def test_a_deal_of_everybody_does_not_show_another_teams_contact(
    easts: Contact, roof: Deal, wandas_browser: Client, wanda: User
) -> None:
    Deal.objects.update(team=None)
    roof = Deal.objects.get(pk=roof.pk)

    pages = [wandas_browser.get(a).content.decode() for a in (roof.get_absolute_url(), "/deals/")]
    form = wandas_browser.get(f"/deals/{roof.pk}/edit/").content.decode()
    wandas_browser.post(f"/deals/{roof.pk}/edit/", {"title": "Barn", "stage": "lead"})

    assert "Carol" not in "".join([*pages, form])
    assert Deal.objects.get().title == "Barn"
    assert Deal.objects.get().contact == easts
    with pytest.raises(CommentRefused, match="leads to no contact"):
        post_comment(on=Deal.objects.get(), author=wanda, body="sms: Hi")


def test_nobody_is_told_of_what_they_may_not_see(easts: Contact, alice: User, wanda: User) -> None:
    post_comment(on=easts, author=alice, body="Ask @wanda")

    assert not Notification.objects.exists()
    assert list(mentions.suggestions("wa", alice)) == []


def test_the_bell_counts_what_its_list_shows(
    carol: Contact, alice: User, east: Team, wandas_browser: Client
) -> None:
    post_comment(on=carol, author=alice, body="Ask @wanda")
    assert UNREAD in wandas_browser.get("/notifications/").content.decode()

    Contact.objects.filter(pk=carol.pk).update(team=east)
    page = wandas_browser.get("/notifications/").content.decode()
    assert UNREAD not in page
    assert "Ask @wanda" not in page

    Contact.objects.filter(pk=carol.pk).update(team=None)
    assert UNREAD in wandas_browser.get("/notifications/").content.decode()


def test_a_broadcast_reaches_whom_its_author_sees(easts: Contact, wanda: User, east: Team) -> None:
    row = Broadcast.objects.create(
        name="x", text="Hi", query="q=", pasted=PHONE, author=wanda, team_id=wanda.member.team_id
    )
    broadcasts.prepare_again(row)
    while prepare_chunk(row.pk):
        pass

    assert [(one.phone, one.contact) for one in row.recipients.all()] == [(PHONE, None)]


def test_broadcasts_are_their_teams(easts: Contact, alice: User, wanda: User) -> None:
    row = Broadcast.objects.create(name="x", text="Hi", author=alice, team_id=alice.member.team_id)

    assert list(Broadcast.objects.visible_to(alice)) == [row]
    assert list(Broadcast.objects.visible_to(wanda)) == []


def test_an_import_knows_only_their_own(easts: Contact, alice: User, wanda: User) -> None:
    person = Person(values={"first_name": "C"}, phones=[TypedPhone("mobile", PHONE)])

    found = Known([person], alice).find(person)
    assert found is not None
    assert found.pk == easts.pk
    assert Known([person], wanda).find(person) is None


def test_what_somebody_adds_is_their_teams(wandas_browser: Client, wanda: User) -> None:
    form = {"first_name": "Ines", "phones-TOTAL_FORMS": "0", "phones-INITIAL_FORMS": "0"}
    wandas_browser.post("/contacts/new/", form | {"team": wanda.member.team_id})

    assert Contact.objects.get(first_name="Ines").team == wanda.member.team


def test_a_manager_hands_a_contact_over_with_their_deals(
    easts: Contact, alices_browser: Client, wanda: User
) -> None:
    form = {"first_name": "Carol", "phones-TOTAL_FORMS": "0", "phones-INITIAL_FORMS": "0"}
    west = wanda.member.team

    response = alices_browser.post(f"{easts.get_absolute_url()}edit/", form | {"team": west.pk})

    assert response["Location"] == "/contacts/"
    assert Contact.objects.get(pk=easts.pk).team == Deal.objects.get().team == west


def test_an_agent_gives_nothing_to_another_team(
    easts: Contact, alice: User, alices_browser: Client, wanda: User
) -> None:
    Member.objects.filter(user=alice).update(role=Role.AGENT)
    form = {"first_name": "Carol", "phones-TOTAL_FORMS": "0", "phones-INITIAL_FORMS": "0"}

    alices_browser.post(f"{easts.get_absolute_url()}edit/", form | {"team": wanda.member.team_id})

    assert Contact.objects.get(pk=easts.pk).team == alice.member.team


def test_who_deletes_a_contact_does_not_give_its_texts_away_unawares(
    easts: Contact, bob: User, east: Team, wandas_browser: Client, alices_browser: Client
) -> None:
    Member.objects.update_or_create(user=bob, defaults={"role": Role.AGENT, "team": east})
    bobs_browser, address = Client(), f"/contacts/{easts.pk}/delete/"
    bobs_browser.force_login(bob)
    secret = tokens.issue(User.objects.get(pk=bob.pk), name="Script")[1]
    headers = {"Authorization": f"Bearer {secret}"}

    answers = [
        *(bobs_browser.get(address), bobs_browser.post(address)),
        Client().delete(f"/api/v1/contacts/{easts.pk}", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("every team sees the texts" in a.content.decode() for a in answers)
    assert "Roof talk" not in wandas_browser.get("/communications/").content.decode()
    assert "every team sees them then" in alices_browser.get(address).content.decode()
    assert alices_browser.post(address).status_code == 302
    assert "Roof talk" in wandas_browser.get("/communications/").content.decode()


def test_merging_a_teams_contact_into_everybodys_gives_nothing_away(
    easts: Contact, alice: User, alices_browser: Client, wandas_browser: Client
) -> None:
    everybodys = Contact.objects.create(first_name="Caro", last_name="Finch")
    pair = duplicates.pair(easts.pk, everybodys.pk)
    page = alices_browser.get(f"/contacts/duplicates/{pair.pk}/?keep=second").content.decode()
    assert "Only East sees it then." in page

    merge = merging.merge(everybodys, easts, {}, author=alice)

    assert "Roof talk" not in wandas_browser.get("/communications/").content.decode()
    assert wandas_browser.get(f"/contacts/{everybodys.pk}/").status_code == 404
    merging.undo(merge, author=alice)
    assert wandas_browser.get(f"/contacts/{everybodys.pk}/").status_code == 200
    assert "Roof talk" not in wandas_browser.get("/communications/").content.decode()


def test_a_recurring_text_to_who_is_another_teams_by_now_names_nobody(
    easts: Contact, alice: User, wanda: User, alices_browser: Client
) -> None:
    Message.objects.all().update(status=Status.CANCELLED)
    Recurrence.objects.create(
        contact=easts,
        author=alice,
        text="Rent",
        every="week",
        day=0,
        clock=time(9),
        next_at=timezone.now(),
        problem="They opted out.",
    )
    page = alices_browser.get("/settings/attention/").content.decode()
    assert WAITING in page
    assert "Carol" in page

    Contact.objects.filter(pk=easts.pk).update(team=wanda.member.team)

    page = alices_browser.get("/settings/attention/").content.decode()
    assert WAITING not in page
    assert "Carol" not in page


def test_a_team_takes_over_what_its_people_own(east: Team, alice: User, bob: User) -> None:
    own = Contact.objects.create(first_name="Own", owner=alice)
    Contact.objects.create(first_name="Bob's", owner=bob)

    assert teams.take_over(east) == 1
    assert list(Contact.objects.filter(team=east)) == [own]


def test_a_dissolved_teams_records_and_people_go_where_it_is_said(
    easts: Contact, east: Team, alice: User, wanda: User
) -> None:
    Broadcast.objects.create(name="x", text="Hi", team=east)

    teams.dissolve(east, to=wanda.member.team)

    assert sees(wanda, Contact.objects.get(pk=easts.pk))
    assert Member.objects.get(user=alice).team == wanda.member.team
    assert Broadcast.objects.get().team == wanda.member.team


def test_a_phone_shared_with_another_team_is_not_told(
    easts: Contact, wandas_browser: Client, wanda: User
) -> None:
    own = Contact.objects.create(first_name="Ines", team=wanda.member.team)
    Phone.objects.create(contact=own, e164=PHONE)

    page = wandas_browser.get(own.get_absolute_url()).content.decode()

    assert "Carol" not in page
