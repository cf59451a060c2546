"""Custom fields under Settings, and what they are in texts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from contacts import custom
from contacts.models import Company, Contact, CustomField, Deal, SavedView
from messaging import broadcasts, merging
from messaging.broadcasts import audience
from messaging.merging.syntax import MissingValue, UnknownField
from messaging.merging.uses import uses
from messaging.models import Broadcast, Number, Recurrence, Template

LIST, CREATE = reverse("settings:field-list"), reverse("settings:field-create")
PLAN = {"on": "contact", "label": "Plan", "type": "choice", "options": "Silver\n Gold \n\nsilver"}


@pytest.fixture
def plan(danas_browser: Client) -> CustomField:
    """A choice on contacts, as Dana added it."""
    danas_browser.post(CREATE, PLAN)
    return CustomField.objects.get()


def edit(browser: Client, field: CustomField, **typed: str) -> Any:
    return browser.post(reverse("settings:field-edit", args=[field.pk]), typed)


def test_everybody_sees_them_and_who_runs_this_changes_them(
    alices_browser: Client, danas_browser: Client, plan: CustomField
) -> None:
    change = reverse("settings:field-edit", args=[plan.pk])
    archive = reverse("settings:field-archive", args=[plan.pk])

    assert "{plan}" in alices_browser.get(LIST).content.decode()
    assert Client().get(LIST)["Location"].startswith("/login/?next=")
    for url in (CREATE, change):
        assert Client().get(url)["Location"].startswith("/login/?next=")
        assert alices_browser.get(url).status_code == 403
        assert danas_browser.get(url).status_code == 200
    assert danas_browser.get(archive).status_code == 405
    assert alices_browser.post(archive).status_code == 403
    assert danas_browser.get(change.replace(str(plan.pk), "4711")).status_code == 404


def test_a_choice_is_added_with_its_options(plan: CustomField) -> None:
    assert (plan.key, plan.label, plan.type) == ("plan", "Plan", "choice")
    assert plan.content_type.model == "contact"
    assert plan.options == [{"id": 1, "name": "Silver"}, {"id": 2, "name": "Gold"}]


@pytest.mark.parametrize(
    ("typed", "where", "words"),
    [
        ({"label": "  "}, "label", "required"),
        ({"label": "plan"}, "label", "There is a field of that name already."),
        ({"label": "Other", "key": "Plan"}, "key", "{plan} means something already"),
        ({"label": "First name"}, "key", "{first_name} means something already"),
        ({"on": "deal", "label": "Stage"}, "key", "{deal.stage} means something already"),
        ({"label": "Größe", "key": "größe"}, "key", "Write a name of small letters"),
        ({"label": "値"}, "key", "Write a name of small letters"),
        ({"label": "Other", "options": " \n"}, "options", "Write what there is to choose from"),
        ({"label": "Other", "options": "x" * 81}, "options", "too long"),
        ({"label": "Other", "on": "moon"}, "on", "valid choice"),
    ],
)
def test_what_cannot_be_a_field_is_said_at_the_field(
    typed: dict[str, str], where: str, words: str, plan: CustomField, danas_browser: Client
) -> None:
    answer = danas_browser.post(CREATE, PLAN | typed)

    assert answer.status_code == 422
    assert words in answer.context["form"].errors[where][0]
    assert CustomField.objects.count() == 1


def test_a_renamed_option_is_renamed_on_every_record_and_one_taken_away_stays_there(
    plan: CustomField, carol: Contact, danas_browser: Client
) -> None:
    bert = Contact.objects.create(first_name="Bert")
    custom.keep(carol, {plan: "1"})
    custom.keep(bert, {plan: "2"})

    typed = {"label": "Tariff", "option-1": "Platinum", "option-2": "", "options": "Basic"}
    edit(danas_browser, plan, **typed)

    plan.refresh_from_db()
    assert (plan.label, plan.key) == ("Tariff", "plan")
    assert plan.offered() == [("1", "Platinum"), ("3", "Basic")]
    assert custom.words(carol) == {"plan": "Platinum"}
    assert custom.words(bert) == {"plan": "Gold"}


def test_two_options_have_two_names_and_there_is_one_at_least(
    plan: CustomField, danas_browser: Client
) -> None:
    same = edit(danas_browser, plan, label="Plan", **{"option-1": "gold", "option-2": "Gold"})
    none = edit(danas_browser, plan, label="Plan", **{"option-1": "", "option-2": ""})

    assert "Two options would have the same name." in same.content.decode()
    assert "Write what there is to choose from" in none.content.decode()
    assert CustomField.objects.get().options == plan.options


def test_archived_and_brought_back(
    plan: CustomField, carol: Contact, danas_browser: Client
) -> None:
    custom.keep(carol, {plan: "1"})
    url = reverse("settings:field-archive", args=[plan.pk])

    danas_browser.post(url)
    assert custom.shown(carol) == []
    assert "plan" not in merging.known()

    danas_browser.post(url, {"restore": "1"})
    assert custom.shown(carol) == [(plan, "Silver")]


def test_a_template_may_name_one_and_not_one_that_is_archived(
    plan: CustomField, carol: Contact, alices_browser: Client
) -> None:
    custom.keep(carol, {plan: "2"})
    typed = {"name": "plan", "text": "You have {plan|no plan}.", "is_shared": "on"}
    alices_browser.post("/templates/new/", typed)
    CustomField.objects.update(archived_at=plan.created_at)

    refused = alices_browser.post("/templates/new/", typed | {"name": "again"})

    kept = Template.objects.get()
    assert merging.render(kept.text, contact=carol) == "You have Gold."
    assert "The field {plan} was archived" in refused.content.decode()


def test_without_a_value_there_is_the_fallback_or_no_text(
    plan: CustomField, carol: Contact
) -> None:
    assert merging.render("{plan|none}", contact=carol) == "none"
    with pytest.raises(MissingValue, match=r"{plan} is empty"):
        merging.render("{plan}", contact=carol)
    with pytest.raises(UnknownField, match=r"Did you mean {plan}"):
        merging.check("{plam}")


def test_texts_name_those_of_the_company_and_the_deal(
    carol: Contact, bakery: Company, roof: Deal, danas_browser: Client
) -> None:
    danas_browser.post(CREATE, {"on": "company", "label": "Size", "type": "number"})
    danas_browser.post(CREATE, {"on": "deal", "label": "Colour", "type": "text"})
    size, colour = CustomField.objects.order_by("pk")
    carol.company = bakery
    carol.save()
    custom.keep(bakery, {size: Decimal(12)})
    custom.keep(roof, {colour: "Slate"})

    words = merging.render("{company.size} people, {deal.colour}", contact=carol, record=roof)

    assert words == "12 people, Slate"
    assert {"company.size", "deal.colour"} <= merging.known().keys()


def broadcast(author: User, **given: str) -> Broadcast:
    return Broadcast.objects.create(author=author, name="Plans", text="You: {plan}", **given)


def test_a_broadcast_fills_them_for_hundreds_with_one_question(
    plan: CustomField, number: Number, alice: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        contact = Contact.objects.create(first_name=f"P{n}")
        contact.phones.create(e164=f"+1212555{n:04}", is_primary=True)
        custom.keep(contact, {plan: "2" if n else ""})
    row = broadcast(alice, query="q=")

    with django_assert_max_num_queries(55):  # a question for each would be 30 more
        broadcasts.work()

    assert row.recipients.filter(text="You: Gold").count() == 29
    assert row.recipients.get(text="").problem == "{plan} is empty."


@pytest.mark.parametrize(
    ("query", "found"), [("f-plan=2", 1), ("f-plan=1", 0), ("f-plan=9", 0), ("f-moon=2", 0)]
)
def test_a_filter_that_cannot_be_read_texts_nobody(
    query: str, found: int, plan: CustomField, carol: Contact, alice: User
) -> None:
    custom.keep(carol, {plan: "2"})

    assert audience.contacts(broadcast(alice, query=query)).count() == found


def test_other_record_types_do_not_share_names(plan: CustomField, danas_browser: Client) -> None:
    danas_browser.post(CREATE, PLAN | {"on": "deal"})

    kinds = ContentType.objects.get_for_models(Contact, Deal).values()
    assert set(CustomField.objects.values_list("content_type", "key")) == {
        (kind.pk, "plan") for kind in kinds
    }


def test_before_it_is_archived_the_page_says_what_uses_it(
    plan: CustomField, carol: Contact, alice: User, bob: User, dana: User, danas_browser: Client
) -> None:
    Template.objects.create(name="yours", text="You have {{ Plan }}.", owner=alice)
    Template.objects.create(name="secret", text="{plan|none}", owner=bob, is_shared=False)
    Template.objects.create(name="other", text="A plan for {first_name}", owner=alice)
    SavedView.objects.create(of="contacts", name="Golden", query="f-plan=2", owner=dana)
    SavedView.objects.create(of="contacts", name="Wide", query="columns=f-plan", owner=dana)
    SavedView.objects.create(of="deals", name="Deals", query="f-plan=2", owner=dana)
    SavedView.objects.create(of="contacts", name="Far", query="q=f-plan%3D2", owner=dana)
    ready = Broadcast.objects.create(name="June", text="Hi", query="f-plan=1", state="ready")
    Broadcast.objects.create(name="May", text="{plan}", state="finished")
    row = {"every": "week", "day": 0, "clock": "09:00", "next_at": plan.created_at}
    Recurrence.objects.create(contact=carol, text="{plan}!", author=alice, **row)
    url = reverse("settings:field-archive", args=[plan.pk])

    asked = " ".join(danas_browser.post(url).content.decode().split())

    assert [use.words for use in uses(plan, dana)] == [
        "somebody’s own template",
        "the template /yours",
        "the recurring text to Carol Finch",
        "the broadcast June",
        "the view Golden",
        "the view Wide",
    ]
    assert f'<a href="{ready.get_absolute_url()}">the broadcast June</a>' in asked
    assert not CustomField.objects.get().is_archived

    danas_browser.post(url, {"confirmed": "1"})
    assert CustomField.objects.get().is_archived


def test_a_text_that_names_an_archived_field_never_leaves_unfilled(
    plan: CustomField, carol: Contact, alice: User, number: Number
) -> None:
    other = Contact.objects.create(first_name="Ida", owner=alice)
    other.phones.create(e164="+12125550150", is_primary=True)
    custom.keep(carol, {plan: "2"})
    CustomField.objects.update(archived_at=plan.created_at)
    row = Broadcast.objects.create(name="All", text="You have {plan}.", query="q=", author=alice)

    broadcasts.work()

    told = {one.contact.first_name: (one.text, one.problem) for one in row.recipients.all()}
    assert told["Carol"] == ("You have Gold.", "")
    assert told["Ida"][0] == ""
    assert "{plan} is empty" in told["Ida"][1]
