"""Two contacts become one, with all that names them; and two again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import custom, duplicates, merging, privacy
from contacts.comments import post_comment
from contacts.merging.choices import FIELDS
from contacts.models import (
    Comment,
    Company,
    Contact,
    CustomField,
    Deal,
    Merge,
    Notification,
    Phone,
    SavedView,
    Tag,
)
from messaging import arrivals, consent, people, rollups, texting
from messaging.gateways.base import InboundText
from messaging.models import Belongs, Conversation, Message, Number, Origin, Recipient

pytestmark = pytest.mark.storage
SHARED, OWN = "+12125550123", "+12125550177"


@pytest.fixture
def twin(carol: Contact, alice: User, bob: User, number: Number) -> Contact:
    """Carol once more: a phone of hers and one of its own, and all that can hang on it."""
    company = Company.objects.create(name="Finch Bakery")
    twin = Contact.objects.create(
        first_name="Caro",
        last_name="Finch",
        email="caro@finch.example",
        notes="Rings twice",
        company=company,
        owner=bob,
    )
    Phone.objects.create(contact=twin, e164=SHARED, kind="work")
    Phone.objects.create(contact=twin, e164=OWN, is_primary=True)
    twin.tags.add(Tag.objects.create(name="VIP"))
    company.main_contact = twin
    company.save()
    Deal.objects.create(title="Oven", contact=twin)
    note = post_comment(on=twin, author=alice, body="Ask @bob")
    assert Notification.objects.get(comment=note).user == bob
    Belongs.objects.create(phone=SHARED, number=number, contact=twin)
    return twin


def text(contact: Contact, phone: str, number: Number, author: User, words: str) -> Message:
    return texting.send(
        text=words, phone=phone, number=number, origin=Origin.FORM, author=author, contact=contact
    )


def everything(contact: Contact) -> dict[str, Any]:
    """What names this contact, and what it says."""
    contact.refresh_from_db()
    fields = {name: getattr(contact, name) for name in FIELDS}
    thread = Conversation.objects.filter(contact=contact).values_list(
        "phone", "assignee", "done_at"
    )
    return fields | {
        "archived": contact.archived_at is not None,
        "phones": set(contact.phones.values_list("e164", "kind", "label", "is_primary")),
        "tags": set(contact.tags.values_list("name", flat=True)),
        "custom": custom.words(contact),
        "deals": set(contact.deals.values_list("title", flat=True)),
        "main contact of": set(contact.main_contact_of.values_list("name", flat=True)),
        "comments": sorted(
            Comment.objects.on(contact).exclude(kind="change").values_list("body", flat=True)
        ),
        "texts": sorted(contact.messages.values_list("text", flat=True)),
        "thread": list(thread),
        "belongs": set(Belongs.objects.filter(contact=contact).values_list("phone", flat=True)),
    }


def test_all_of_one_stands_on_the_other(
    carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    text(carol, SHARED, number, alice, "To Carol")
    text(twin, OWN, number, alice, "To the twin")

    merging.merge(carol, twin, {}, author=alice)

    now = everything(carol)
    assert (now["first_name"], now["email"]) == ("Carol", "caro@finch.example")
    assert (now["notes"], now["tags"]) == ("Rings twice", {"VIP"})
    assert {(e164, primary) for e164, _, _, primary in now["phones"]} == {
        *((SHARED, True), (OWN, False))
    }
    assert now["comments"] == ["Ask @bob", "To Carol", "To the twin"]
    assert now["texts"] == ["To Carol", "To the twin"]
    assert (now["deals"], now["main contact of"]) == ({"Oven"}, {"Finch Bakery"})
    assert now["belongs"] == {SHARED}
    assert [phone for phone, *_ in now["thread"]] == [OWN]
    assert people.find(SHARED, number) == people.find(OWN, number) == carol
    gone = everything(twin)
    assert gone["archived"]
    assert not any(gone[name] for name in ("phones", "deals", "comments", "texts", "thread"))
    assert "set Merged contact to Caro Finch" in Comment.objects.on(carol)[0].body


def test_undoing_gives_each_back_what_it_had(
    carol: Contact, twin: Contact, number: Number, alice: User, bob: User
) -> None:
    text(carol, SHARED, number, alice, "To Carol")
    text(twin, OWN, number, alice, "To the twin")
    Conversation.objects.filter(contact=twin).update(assignee=bob, done_at=timezone.now())
    before = everything(carol), everything(twin)

    merge = merging.merge(carol, twin, {"first_name": "second", "notes": "both"}, author=alice)
    assert merging.undo(merge, author=alice)

    assert (everything(carol), everything(twin)) == before
    assert merging.undo(merge, author=alice) is False
    assert Comment.objects.on(twin).filter(notifications__user=bob).count() == 1


def test_what_was_changed_since_stays_where_it_is(
    carol: Contact, twin: Contact, alice: User
) -> None:
    merge = merging.merge(carol, twin, {"first_name": "second"}, author=alice)
    Contact.objects.filter(pk=carol.pk).update(first_name="Caroline")
    Deal.objects.update(contact=None)

    merging.undo(merge, author=alice)

    carol.refresh_from_db()
    assert carol.first_name == "Caroline"
    assert Deal.objects.get().contact is None


def test_a_phone_that_the_other_got_meanwhile_is_in_nobodys_way(
    carol: Contact, twin: Contact, alice: User
) -> None:
    merge = merging.merge(carol, twin, {}, author=alice)
    for phone in (SHARED, OWN):
        Phone.objects.create(contact=twin, e164=phone, is_primary=phone == SHARED)

    assert merging.undo(merge, author=alice)
    assert set(twin.phones.values_list("e164", "is_primary")) == {(SHARED, True), (OWN, False)}


def test_each_field_is_what_was_chosen(carol: Contact, twin: Contact, alice: User) -> None:
    kind = ContentType.objects.get_for_model(Contact)
    fields = [
        CustomField.objects.create(content_type=kind, key=key, label=key, type=type_)
        for key, type_ in (("street", "text"), ("birthday", "date"))
    ]
    custom.keep(carol, dict(zip(fields, ["Mill Lane", date(1990, 3, 1)], strict=True)))
    custom.keep(twin, dict(zip(fields, ["High Street", date(1991, 3, 1)], strict=True)))
    carol.notes = "Has a dog"
    carol.save()
    before = everything(carol)

    chosen = {"f-street": "first", "f-birthday": "second", "notes": "both", "email": "first"}
    merge = merging.merge(carol, twin, chosen, author=alice)

    carol.refresh_from_db()
    assert custom.words(carol) == {"street": "Mill Lane", "birthday": "1 Mar 1991"}
    assert (carol.notes, carol.email) == ("Has a dog\n\nRings twice", "")

    merging.undo(merge, author=alice)
    assert everything(carol) == before
    assert custom.words(twin) == {"street": "High Street", "birthday": "1 Mar 1991"}


def test_consent_belongs_to_the_number_and_outlives_both(
    carol: Contact, twin: Contact, alice: User
) -> None:
    consent.opt_out(OWN, source="person", words="No more", user=alice)

    merge = merging.merge(carol, twin, {}, author=alice)
    assert Recipient.objects.opted_out().filter(phone=OWN).exists()

    merging.undo(merge, author=alice)
    assert Recipient.objects.opted_out().filter(phone=OWN).exists()


def test_counts_are_those_of_both(
    carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    for contact, phone in ((carol, SHARED), (twin, OWN)):
        message = text(contact, phone, number, alice, "Hi")
        Message.objects.filter(pk=message.pk).update(status="sent", sent_at=timezone.now())
        rollups.recount(contact)

    merge = merging.merge(carol, twin, {}, author=alice)
    carol.refresh_from_db()
    assert carol.texts_sent == 2

    merging.undo(merge, author=alice)
    carol.refresh_from_db()
    twin.refresh_from_db()
    assert (carol.texts_sent, twin.texts_sent) == (1, 1)


def test_a_done_thread_is_open_if_the_others_was(
    carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    text(carol, SHARED, number, alice, "To Carol")
    text(twin, OWN, number, alice, "To the twin")
    Conversation.objects.filter(contact=carol).update(done_at=timezone.now())

    merging.merge(carol, twin, {}, author=alice)

    assert Conversation.objects.get(contact=carol).done_at is None


def test_who_texted_since_the_merge_is_open_when_it_is_undone(
    carol: Contact, twin: Contact, number: Number, alice: User, bob: User
) -> None:
    text(carol, SHARED, number, alice, "To Carol")
    text(twin, OWN, number, alice, "To the twin")
    Conversation.objects.update(done_at=timezone.now(), assignee=bob)
    merge = merging.merge(carol, twin, {}, author=alice)
    arrivals.arrive(InboundText(SHARED, number.address, "Hello?"), "simulator", timezone.now())

    merging.undo(merge, author=alice)

    hers, twins = Conversation.objects.order_by("contact")
    assert (hers.contact, hers.unread, hers.done_at, hers.assignee) == (carol, 1, None, bob)
    assert (twins.contact, twins.unread, twins.assignee) == (twin, 0, bob)
    assert twins.done_at is not None


def test_one_of_them_that_is_gone_meanwhile_is_not_merged(
    carol: Contact, twin: Contact, alice: User
) -> None:
    merging.merge(carol, twin, {}, author=alice)

    with pytest.raises(merging.CannotMerge, match="meanwhile"):
        merging.merge(carol, twin, {}, author=alice)
    twin.delete()
    with pytest.raises(merging.CannotMerge, match="not there"):
        merging.merge(carol, Contact(pk=4711), {}, author=alice)


def test_it_is_done_and_undone_on_the_pages(
    carol: Contact, twin: Contact, alices_browser: Client
) -> None:
    row = duplicates.pair(carol.pk, twin.pk)
    address = f"/contacts/duplicates/{row.pk}/"
    page = alices_browser.get(address).content.decode()
    assert 'name="first_name" value="first" checked' in page
    assert 'name="email" value="second" checked' in page

    alices_browser.post(address, {"keep": "second", "merge": "1", "first_name": "second"})

    twin.refresh_from_db()
    assert (twin.first_name, twin.archived_at) == ("Carol", None)
    assert alices_browser.get(carol.get_absolute_url())["Location"] == twin.get_absolute_url()
    assert alices_browser.get("/contacts/?archived=all").context["page"].items == [twin]
    assert "Merged lately" in alices_browser.get("/contacts/duplicates/").content.decode()
    assert alices_browser.get(address).status_code == 404

    alices_browser.post(f"/merges/{Merge.objects.get().pk}/undo/")

    twin.refresh_from_db()
    assert twin.first_name == "Caro"
    assert alices_browser.get(carol.get_absolute_url()).status_code == 200


def test_erasing_somebody_erases_what_was_merged_into_them(
    carol: Contact, twin: Contact, alice: User
) -> None:
    merging.merge(carol, twin, {}, author=alice)

    privacy.erase(carol, by=alice)

    assert not Contact.objects.exists()
    assert not Merge.objects.exists()


def asked_for(view: SavedView) -> str:
    view.refresh_from_db()
    return view.query


def test_a_saved_view_of_their_communications_follows_and_comes_back(
    carol: Contact, twin: Contact, alice: User, alices_browser: Client, number: Number
) -> None:
    text(twin, OWN, number, alice, "Hello twin")
    other = Contact.objects.create(pk=int(f"{twin.pk}0"), first_name="Other")
    about = {"twin": twin.pk, "carol": carol.pk, "other": other.pk}
    views = {
        name: SavedView.objects.create(
            of="communications", name=name, query=f"direction=outbound&contact={pk}", owner=alice
        )
        for name, pk in about.items()
    }

    merge = merging.merge(carol, twin, {}, author=alice)
    merged = {name: asked_for(view) for name, view in views.items()}
    page = alices_browser.get(views["twin"].get_absolute_url())
    merging.undo(merge, author=alice)

    assert merged == {
        "twin": f"direction=outbound&contact={carol.pk}",
        "carol": f"direction=outbound&contact={carol.pk}",
        "other": f"direction=outbound&contact={other.pk}",
    }
    assert [row.text for row in page.context["page"].items] == ["Hello twin"]
    for name, pk in about.items():
        assert asked_for(views[name]) == f"direction=outbound&contact={pk}"


def test_a_view_that_somebody_changed_since_stays_as_it_is(
    carol: Contact, twin: Contact, alice: User
) -> None:
    view = SavedView.objects.create(
        of="communications", name="T", query=f"contact={twin.pk}", owner=alice
    )
    merge = merging.merge(carol, twin, {}, author=alice)
    SavedView.objects.update(query=f"contact={carol.pk}&status=failed")

    merging.undo(merge, author=alice)

    assert asked_for(view) == f"contact={carol.pk}&status=failed"


def test_a_merge_of_before_can_be_undone(carol: Contact, twin: Contact, alice: User) -> None:
    merge = merging.merge(carol, twin, {}, author=alice)
    del merge.details["views"]

    assert merging.undo(merge, author=alice)


def test_of_merges_into_each_other_the_last_is_undone_first(
    carol: Contact, twin: Contact, alice: User, alices_browser: Client
) -> None:
    last = Contact.objects.create(first_name="Lou", owner=alice)
    theirs = set(twin.phones.values_list("e164", flat=True))
    inner = merging.merge(carol, twin, {}, author=alice)
    outer = merging.merge(last, carol, {}, author=alice)

    refused = alices_browser.post(reverse("contacts:merge-undo", args=[inner.pk]), follow=True)

    assert "was merged into another contact since" in refused.content.decode()
    twin.refresh_from_db()
    assert twin.archived_at
    assert merging.undo(outer, author=alice)
    inner.refresh_from_db()
    assert merging.undo(inner, author=alice)
    assert set(twin.phones.values_list("e164", flat=True)) == theirs


def test_a_zero_comes_back_when_a_merge_is_undone(
    carol: Contact, twin: Contact, alice: User
) -> None:
    rent = CustomField.objects.create(
        content_type=ContentType.objects.get_for_model(Contact),
        key="rent",
        label="Rent",
        type="number",
    )
    custom.keep(carol, {rent: Decimal(0)})
    custom.keep(twin, {rent: Decimal(5)})
    row = merging.merge(carol, twin, {rent.name: "second"}, author=alice)
    assert custom.words(carol) == {"rent": "5"}

    merging.undo(row, author=alice)

    assert custom.words(Contact.objects.get(pk=carol.pk)) == {"rent": "0"}


def test_who_undoes_a_merge_is_told_the_names_they_have_again(
    carol: Contact, twin: Contact, alice: User, alices_browser: Client
) -> None:
    row = merging.merge(carol, twin, {"first_name": "second"}, author=alice)

    page = alices_browser.post(reverse("contacts:merge-undo", args=[row.pk]), follow=True)

    told = [str(message) for message in page.context["messages"]]
    assert told == ["Carol Finch and Caro Finch are two contacts again."]
