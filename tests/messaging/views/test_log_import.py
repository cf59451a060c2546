"""A log of texts by the page: looked at, stored by a worker, counted, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from contacts.comments import post_comment
from contacts.importing import work
from contacts.models import AuditEntry, Comment, Contact, ContactImport, Team
from messaging import consent, people
from messaging.models import (
    Conversation,
    Delivery,
    Hook,
    Message,
    Number,
    Recipient,
    Track,
)
from messaging.text_import import runs, storing

PAGE = "/communications/import/"
HEADER = "Direction,From,To,Date,Message,Status,SMS ID,Contact Name\n"
LOG = (
    HEADER
    + """Outgoing,+12125550100,+12125550123,03/05/2024 09:30 AM,Hi Carol,Delivered,SM1,Carol Finch
Incoming,2125550177,+12125550199,03/06/2024 10:00 AM,STOP,received,SM2,Ida Holm
Outgoing,+12125550199,+12125550177,03/06/2024 10:05 AM,Sorry,Failed,SM3,Ida Holm
Outgoing,+12125550100,+12125550177,never,Hello,Sent,SM4,Ida Holm
Outgoing,+12125550100,12,03/06/2024 10:00,Hello,Sent,SM5,Ida Holm
"""
)
Bring = Callable[..., ContactImport]


@pytest.fixture
def upload(alices_browser: Client, number: Number) -> Bring:
    """Alice chooses a file: what stands on the next page is for her to look at."""

    def uploaded(content: str = LOG) -> ContactImport:
        file = SimpleUploadedFile("log.csv", content.encode())
        answer = alices_browser.post(PAGE, {"file": file})
        source = ContactImport.objects.latest("pk")
        assert answer["Location"] == source.get_absolute_url() == f"{PAGE}{source.pk}/"
        return source

    return uploaded


@pytest.fixture
def bring(upload: Bring, alices_browser: Client) -> Bring:
    """She takes the columns as they were guessed, and a worker does the rest."""

    def brought(content: str = LOG, **more: Any) -> ContactImport:
        source = upload(content)
        alices_browser.post(source.get_absolute_url(), chosen(source) | more)
        work.work()
        source.refresh_from_db()
        return source

    return brought


@pytest.fixture
def undo(alices_browser: Client) -> Callable[[ContactImport], None]:
    def undone(source: ContactImport) -> None:
        alices_browser.post(reverse("contacts:import-undo", args=[source.pk]))
        work.work()
        source.refresh_from_db()
        assert source.state == "undone"

    return undone


def chosen(source: ContactImport) -> dict[str, str]:
    columns = {f"column-{n}": field for n, field in enumerate(source.mapping)}
    return columns | {"gateway": "smrtphone", "zone": "America/New_York"}


def outcomes(source: ContactImport) -> list[str]:
    return list(source.rows.order_by("line").values_list("outcome", flat=True))


def everything() -> dict[str, Any]:
    """What an import of texts may touch."""
    models = (Message, Comment, Track, Conversation, Number, Recipient)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    names = ("pk", "name", "texts_sent", "texts_received", "last_texted_at", "last_reply_at")
    return rows | {"Contact": list(Contact.objects.order_by("pk").values(*names))}


def test_the_page_of_contacts_leads_there_and_says_what_happens(alices_browser: Client) -> None:
    contacts = alices_browser.get("/contacts/import/").content.decode()
    page = alices_browser.get(PAGE).content.decode()

    assert f'href="{PAGE}">Import a log of texts</a>' in contacts
    assert "Nothing of it is ever sent" in page


def test_what_would_be_stored_is_shown_and_nothing_stored(
    upload: Bring, alices_browser: Client, carol: Contact
) -> None:
    source = upload()
    before = everything()

    page = alices_browser.get(source.get_absolute_url()).content.decode()

    assert everything() == before
    assert page.count('<dd class="num">2</dd>') == 2  # out, and skipped
    assert '<dt>Texts in</dt><dd class="num">1</dd>' in page
    assert "5 Mar 2024 to 6 Mar 2024" in page
    assert "1 text with our number Office" in page
    assert "2 texts with <b>+12125550199, which is none of our numbers yet" in page
    assert "“never” is no date and time we can read." in page
    assert "1 phone said STOP last: it is opted out" in page
    assert "To Carol Finch +12125550123" in page


def test_by_whose_clock_it_is_changes_the_preview(upload: Bring, alices_browser: Client) -> None:
    source = upload()

    answer = alices_browser.post(
        source.get_absolute_url(), chosen(source) | {"preview": "1", "zone": "los angeles"}
    )

    source.refresh_from_db()
    assert "5 Mar 2024, 17:30" in answer.content.decode()
    assert (source.state, source.options["zone"]) == ("mapping", "America/Los_Angeles")


def test_columns_that_are_missing_are_asked_for(upload: Bring, alices_browser: Client) -> None:
    source = upload("When exactly,Words\n2024-03-05 09:30,Hi\n")

    page = alices_browser.get(source.get_absolute_url())
    answer = alices_browser.post(source.get_absolute_url(), chosen(source))

    assert "What would be stored" not in page.content.decode()
    assert answer.status_code == 422
    assert "“Date and time”" in answer.content.decode()
    assert not ContactImport.objects.at_work().exists()


@pytest.mark.storage
def test_a_worker_stores_it_and_the_page_counts(
    bring: Bring, alices_browser: Client, carol: Contact
) -> None:
    source = bring()

    page = alices_browser.get(source.get_absolute_url()).content.decode()
    assert outcomes(source) == ["created", "created", "created", "skipped", "skipped"]
    assert Message.objects.get(external_id="SM1").created_at == datetime(
        2024, 3, 5, 14, 30, tzinfo=UTC
    )
    ida = Contact.objects.get(first_name="Ida")
    assert (ida.texts_received, Comment.objects.on(ida).count()) == (1, 2)
    assert Recipient.objects.get(phone="+12125550177").opted_out_at
    assert not Number.objects.get(address="+12125550199").active
    for label, count in (("Stored", 3), ("Skipped", 2), ("New contacts", 1)):
        assert f'<dt>{label}</dt><dd class="num">{count}</dd>' in page
    assert "Opted out, as they had said" in page


@pytest.mark.storage
def test_communications_show_what_one_import_stored(
    bring: Bring, alices_browser: Client, carol: Contact, undo: Any
) -> None:
    first, _ = (
        bring(),
        bring(HEADER + LOG.splitlines()[1].replace("SM1", "SM9,,").replace("09", "08")),
    )
    address = f"/communications/?brought={first.pk}"

    page = alices_browser.get(address).content.decode()

    assert address in alices_browser.get(first.get_absolute_url()).content.decode()
    assert (page.count('id="text-'), Message.objects.count()) == (3, 4)
    assert "From one import" in page
    undo(first)
    assert 'id="text-' not in alices_browser.get(address).content.decode()


@pytest.mark.storage
def test_the_same_file_again_stores_nothing_and_says_so(
    bring: Bring, upload: Bring, alices_browser: Client, carol: Contact
) -> None:
    bring()
    before = everything()

    again = upload()
    page = alices_browser.get(again.get_absolute_url()).content.decode()
    alices_browser.post(again.get_absolute_url(), chosen(again))
    work.work()

    assert "Skipped, 3 rows from row 2 on. It is here already." in page
    assert everything() == before
    assert set(outcomes(again)) == {"skipped"}


@pytest.mark.storage
@pytest.mark.parametrize("most", [1, 2])
def test_texts_alike_are_told_apart_across_the_worker_s_turns(
    bring: Bring, carol: Contact, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", most)
    row = "Outgoing,+12125550100,+12125550123,03/05/2024 09:30,Hello,Sent,,\n"

    bring(HEADER + row * 3)
    source = bring(HEADER + row * 4)

    assert Message.objects.count() == 4
    assert outcomes(source) == ["skipped"] * 3 + ["created"]


@pytest.mark.storage
def test_a_worker_that_dies_is_followed_by_one_that_goes_on(
    bring: Bring, carol: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", 1)
    store, calls = storing.store, []

    def dies_in_the_second(*given: Any) -> None:
        calls.append(1)
        store(*given)
        if len(calls) == 2:
            raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(storing, "store", dies_in_the_second)
        with pytest.raises(SystemExit):
            bring()
    assert Message.objects.count() == 1

    work.work()

    assert Message.objects.count() == 3
    assert ContactImport.objects.get().state == "done"
    assert Recipient.objects.opted_out().count() == 1


REFUSING = {
    "sqlite": """CREATE TRIGGER refusing BEFORE INSERT ON messaging_message
        WHEN NEW.external_id = 'SM2' BEGIN SELECT RAISE(ABORT, 'not this one'); END""",
    "postgresql": """ALTER TABLE messaging_message
        ADD CONSTRAINT refusing CHECK (external_id <> 'SM2')""",
}


@pytest.mark.storage
def test_a_row_the_database_refuses_is_skipped_alone(bring: Bring, carol: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])

    source = bring()

    assert outcomes(source) == ["created", "skipped", "created", "skipped", "skipped"]
    assert "IntegrityError" in source.rows.get(line=3).problem
    assert Message.objects.count() == 2


@pytest.mark.storage
def test_undone_all_is_as_it_was_but_for_who_said_stop(
    bring: Bring, carol: Contact, undo: Any, number: Number
) -> None:
    people.hold("+12125550123")
    before = everything()
    source = bring()

    undo(source)

    stopped = Recipient.objects.get(phone="+12125550177")
    after = everything()
    after["Recipient"] = [row for row in after["Recipient"] if row["phone"] != stopped.phone]
    assert after == before
    assert outcomes(source) == ["undone"] * 3 + ["skipped"] * 2
    assert stopped.opted_out_at
    assert consent.is_opted_out(stopped.phone)


@pytest.mark.storage
def test_undone_in_turns_nothing_is_left_either(
    bring: Bring, carol: Contact, undo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", 1)
    people.hold("+12125550123")
    log = LOG.replace("STOP", "Hello")
    before = {name: len(rows) for name, rows in everything().items()}

    undo(bring(log))

    assert {name: len(rows) for name, rows in everything().items()} == before


@pytest.mark.storage
def test_texts_that_were_there_stay_and_so_does_their_conversation(
    bring: Bring, carol: Contact, undo: Any, number: Number
) -> None:
    bring(HEADER + "Incoming,2125550123,2125550100,03/01/2024 09:00,Earlier,,A1,\n")
    before = everything()

    undo(bring())

    after = everything()
    assert [row["text"] for row in after["Message"]] == ["Earlier"]
    for what in ("Message", "Comment", "Track", "Conversation", "Contact"):
        assert after[what] == before[what]


def _comment(ida: Contact, alice: User) -> None:
    post_comment(on=ida, author=alice, body="Called")


def _own(ida: Contact, alice: User) -> None:
    Contact.objects.filter(pk=ida.pk).update(owner=alice)


def _phone(ida: Contact, alice: User) -> None:
    ida.phones.create(e164="+12125550188", kind="work")


def _rename(ida: Contact, alice: User) -> None:
    Contact.objects.filter(pk=ida.pk).update(email="ida@mail.example")


@pytest.mark.storage
@pytest.mark.parametrize("use", [_comment, _own, _phone, _rename])
def test_a_new_contact_that_somebody_worked_on_stays_and_that_is_said(
    bring: Bring, alice: User, alices_browser: Client, undo: Any, use: Any
) -> None:
    source = bring()
    use(Contact.objects.get(first_name="Ida"), alice)

    undo(source)

    page = alices_browser.get(f"{source.get_absolute_url()}?show=partly").content.decode()
    assert Contact.objects.filter(first_name="Ida").exists()
    assert not Message.objects.exists()
    assert '<dt>With something kept</dt><dd class="num">1</dd>' in page
    assert "The contact stays: somebody texted, changed or commented on them since." in page


@pytest.mark.storage
def test_a_text_that_was_sent_again_or_is_gone_is_kept_and_that_is_said(
    bring: Bring, carol: Contact, undo: Any
) -> None:
    source = bring()
    failed = Message.objects.get(external_id="SM3")
    Message.objects.get(external_id="SM1").delete()
    failed.pk, failed.reference, failed.external_id = None, "0" * 32, ""
    failed.retry_of = Message.objects.get(external_id="SM3")
    failed.save(force_insert=True)

    undo(source)

    assert outcomes(source)[:3] == ["kept", "undone", "kept"]
    assert source.rows.get(line=2).problem == "The text is not there any more."
    assert "sent it again" in source.rows.get(line=4).problem
    assert Contact.objects.filter(first_name="Ida").exists()


@pytest.mark.storage
def test_brought_again_after_it_was_undone(bring: Bring, carol: Contact, undo: Any) -> None:
    undo(bring())

    source = bring()

    assert outcomes(source)[:3] == ["created"] * 3


def test_it_starts_once(bring: Bring, alices_browser: Client, carol: Contact) -> None:
    source = bring()
    mapping = source.mapping

    runs.start(ContactImport.objects.get(pk=source.pk), by=None)
    alices_browser.post(source.get_absolute_url(), {f"column-{n}": "" for n in range(8)})

    source.refresh_from_db()
    assert (source.state, source.mapping) == ("done", mapping)


@pytest.mark.storage
def test_webhooks_hear_nothing_of_old_texts(bring: Bring, carol: Contact, alice: User) -> None:
    Hook.objects.create(url="https://192.0.2.1/", on_received=True, on_status=True, secret="x" * 40)

    bring()

    assert Message.objects.count() == 3
    assert not Delivery.objects.exclude(event="contact.changed").exists()


def test_nobody_sees_the_log_of_a_colleague(bring: Bring, bob: User, client: Client) -> None:
    source = bring()
    client.force_login(bob)

    assert client.get(source.get_absolute_url()).status_code == 404
    assert client.post(reverse("contacts:import-undo", args=[source.pk])).status_code == 404


def test_a_log_is_no_list_of_people_and_a_list_no_log(
    upload: Bring, alices_browser: Client
) -> None:
    log = upload()
    people_list = ContactImport.objects.create(author=log.author, header=["Name"], mapping=["name"])

    assert alices_browser.get(f"/contacts/import/{log.pk}/").status_code == 404
    assert alices_browser.get(f"{PAGE}{people_list.pk}/").status_code == 404
    assert f'href="{PAGE}{log.pk}/"' not in alices_browser.get("/contacts/import/").content.decode()
    assert f'href="{PAGE}{log.pk}/"' in alices_browser.get(PAGE).content.decode()


def test_another_team_s_contact_is_not_named(
    upload: Bring, alices_browser: Client, carol: Contact
) -> None:
    Contact.objects.filter(pk=carol.pk).update(
        team=Team.objects.create(name="Others"), first_name="Secret"
    )
    source = upload()

    preview = alices_browser.get(source.get_absolute_url()).content.decode()
    alices_browser.post(source.get_absolute_url(), chosen(source))
    work.work()
    page = alices_browser.get(f"{source.get_absolute_url()}?show=created").content.decode()

    assert Message.objects.filter(contact=carol).count() == 1
    assert "Secret" not in preview
    assert carol.get_absolute_url() not in page


def test_the_command_s_import_can_be_undone_by_whose_it_is(
    tmp_path: Any, number: Number, carol: Contact, alice: User, undo: Any
) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG)

    call_command("import_texts", str(file), user=alice.username, verbosity=0)

    source = ContactImport.objects.get(author=alice)
    assert (source.state, source.name, Message.objects.count()) == ("done", "log.csv", 3)
    undo(source)
    assert not Message.objects.exists()


@pytest.fixture
def of_nobody(tmp_path: Any, number: Number, carol: Contact) -> ContactImport:
    """Brought by the command, without a user."""
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    call_command("import_texts", str(file), verbosity=0)
    return ContactImport.objects.get()


@pytest.mark.storage
@pytest.mark.parametrize("who", ["alice", "dana"])
def test_what_a_command_brought_is_a_manager_s_or_an_admin_s_to_undo(
    of_nobody: ContactImport, client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    listed = client.get(PAGE).content.decode()
    client.post(reverse("contacts:import-undo", args=[of_nobody.pk]))
    work.work()

    assert f'href="{of_nobody.get_absolute_url()}"' in listed
    assert "A command" in listed
    assert not Message.objects.exists()
    assert outcomes(of_nobody) == ["undone"] * 3 + ["skipped"] * 2
    assert AuditEntry.objects.filter(actor_id=user.pk, about__endswith="undoing").exists()


def test_with_teams_it_is_an_admin_s_alone(
    of_nobody: ContactImport, alices_browser: Client, dana: User
) -> None:
    Team.objects.create(name="Others")

    assert alices_browser.get(of_nobody.get_absolute_url()).status_code == 404
    alices_browser.force_login(dana)
    assert alices_browser.get(of_nobody.get_absolute_url()).status_code == 200


def test_an_admin_undoes_what_a_colleague_brought(
    bring: Bring, client: Client, dana: User, carol: Contact
) -> None:
    source = bring()
    client.force_login(dana)

    listed = client.get(PAGE).content.decode()
    client.post(reverse("contacts:import-undo", args=[source.pk]))
    work.work()

    assert ">Alice<" in listed
    assert not Message.objects.exists()


@pytest.mark.storage
def test_the_command_takes_an_import_back(of_nobody: ContactImport, carol: Contact) -> None:
    said = StringIO()

    call_command("undo_import", str(of_nobody.pk), stdout=said)

    assert said.getvalue() == "2 skipped\n3 undone\n"
    assert not Message.objects.exists()
    with pytest.raises(CommandError, match="is undone"):
        call_command("undo_import", str(of_nobody.pk))
    with pytest.raises(CommandError, match="no import 987"):
        call_command("undo_import", "987")
