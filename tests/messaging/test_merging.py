"""Merge fields: what is read, what is refused, and that nothing leaves unfilled."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from contacts.models import Company, Contact, CustomField, Deal
from messaging import merging
from messaging.merging.syntax import MergeProblem, MissingValue, UnknownField, read, read_typed


def filled(text: str, **values: str) -> str:
    return read(text).fill(values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {first_name}!", "Hi Carol!"),
        ("Hi {First_Name}!", "Hi Carol!"),
        ("Hi { first_name }!", "Hi Carol!"),
        ("Hi {{first_name}}!", "Hi Carol!"),
        ("Hi {first_name|there}!", "Hi Carol!"),
        ("{first_name}{first_name}", "CarolCarol"),
        ("No field at all", "No field at all"),
        ("", ""),
        (r"\{first_name\}", "{first_name}"),
        (r"a \\ b \n", r"a \\ b \n"),
    ],
)
def test_a_field_becomes_its_value(text: str, words: str) -> None:
    assert filled(text, first_name="Carol") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {first_name|there}!", "Hi there!"),
        ("Hi {first_name| there }!", "Hi  there !"),
        ("Hi{company|}!", "Hi!"),
        ("{first_name|Frau Dr. Ünal}", "Frau Dr. Ünal"),
    ],
)
def test_without_a_value_the_fallback_is_written(text: str, words: str) -> None:
    assert filled(text, first_name="", company="") == words


@pytest.mark.parametrize("values", [{}, {"company": ""}])
def test_without_value_and_fallback_nothing_leaves(values: dict[str, str]) -> None:
    with pytest.raises(MissingValue, match=r"\{company\} is empty") as problem:
        filled("Dear people of {company}", **values)

    assert problem.value.field == "company"


@pytest.mark.parametrize(
    "text",
    [
        "Hi {first_name",
        "Hi first_name}",
        "Hi {{first_name}",
        "Hi {first_name}}",
        "{}",
        "{0}",
        "{0.__class__}",
        "{first_name.__class__.__mro__}",
        "{first_name!r}",
        "{first_name:>10}",
        "{first_name|{last_name}}",
        "{first name}",
        "{_private}",
        "{a.b.c}",
        ":-}",
    ],
)
def test_a_brace_that_belongs_to_no_field_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(MergeProblem, match="There is a brace at “"):
        read(text)


@pytest.mark.parametrize(
    "value", ["{last_name}", "{{x}}", "%s", "{0.__class__}", "\\{", "\\1", "\\g<name>"]
)
def test_a_value_is_put_in_as_it_is(value: str) -> None:
    words = filled("Hi {first_name}, {last_name}", first_name=value, last_name="Finch")

    assert words == f"Hi {value}, Finch"


def test_an_unknown_field_is_refused_with_the_one_that_was_meant(db: None) -> None:
    with pytest.raises(UnknownField, match=r"\{frist_name\}. Did you mean \{first_name\}\?"):
        merging.check("Hi {frist_name}")


def test_an_unknown_field_like_no_other_is_refused_with_the_way_to_write_it(db: None) -> None:
    with pytest.raises(UnknownField, match=r"There is no field \{zzz\}. To text it as it is"):
        merging.check("Hi {zzz}")


def test_an_archived_field_is_refused_as_one(db: None) -> None:
    CustomField.objects.create(
        content_type=ContentType.objects.get_for_model(Contact),
        key="rent",
        label="Rent",
        type="text",
        archived_at=timezone.now(),
    )

    with pytest.raises(
        MergeProblem, match=r"\{rent\} was archived: leave it out, or bring it back"
    ):
        merging.check("Hi {rent}")


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{{7*7}}", "a } b { c", "{", "{}", "\\{}", "if (a) { b; }", "{ 7 }"]
)
def test_most_braces_somebody_types_are_only_braces(text: str) -> None:
    assert read_typed(text).fill({}) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {first_name}, {1} } {", "Hi Carol, {1} } {"),
        (r"Write \{first_name} there", "Write {first_name} there"),
        (r"\{first_name|you}", "{first_name|you}"),
    ],
)
def test_what_looks_like_a_field_is_one_in_typed_words_too(text: str, words: str) -> None:
    assert read_typed(text).fill({"first_name": "Carol"}) == words


@pytest.fixture
def dentist(alice: User) -> Contact:
    """Somebody about whom everything is known."""
    alice.last_name = "Ames"
    alice.save()
    practice = Company.objects.create(name="Quay Dental")
    person = Contact.objects.create(
        first_name=" Basil ",
        last_name="Oduya",
        company=practice,
        job_title="Dentist",
        email="basil@quay.example",
        owner=alice,
    )
    Deal.objects.create(
        title="Waiting room",
        contact=person,
        stage=Deal.Stage.QUOTE_SENT,
        amount=6900,
        due_on=date(2026, 12, 4),
    )
    return person


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "Basil"),
        ("last_name", "Oduya"),
        ("name", "Basil Oduya"),
        ("company", "Quay Dental"),
        ("job_title", "Dentist"),
        ("email", "basil@quay.example"),
        ("owner", "Alice Ames"),
        ("owner.first_name", "Alice"),
        ("me", "bob"),
        ("deal.title", "Waiting room"),
        ("deal.stage", "Quote sent"),
        ("deal.amount", "6,900"),
        ("deal.due_on", "4 December"),
    ],
)
def test_every_field_has_its_value(dentist: Contact, bob: User, field: str, value: str) -> None:
    bob.first_name = ""

    assert merging.render(f"{{{field}}}", contact=dentist, author=bob) == value


def test_every_field_there_is_can_be_missing_and_says_so(db: None) -> None:
    nobody = Contact.objects.create(email="")

    for field in merging.known():
        with pytest.raises(MissingValue) as problem:
            merging.render(f"{{{field}}}", contact=nobody)
        assert problem.value.field == field


def test_a_name_that_is_an_address_is_no_name(db: None) -> None:
    nobody = Contact.objects.create(email="x@mail.example")

    with pytest.raises(MissingValue):
        merging.render("Hi {name}", contact=nobody)


def test_the_deal_is_the_one_written_on(dentist: Contact) -> None:
    roof = Deal.objects.create(title="Roof", contact=dentist, stage=Deal.Stage.WON)

    assert merging.render("{deal.title}", contact=dentist, record=roof) == "Roof"


def test_else_the_deal_is_the_newest_that_is_open(dentist: Contact) -> None:
    Deal.objects.create(title="Garage", contact=dentist, stage=Deal.Stage.LOST)
    archived = Deal.objects.create(title="Fence", contact=dentist)
    Deal.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    Deal.objects.create(title="Sauna", contact=dentist)

    assert merging.render("{deal.title}", contact=dentist) == "Sauna"


def test_without_a_contact_there_is_nothing_to_fill_in(db: None) -> None:
    assert merging.render("Hi {first_name|there}", contact=None) == "Hi there"


def test_words_without_fields_ask_the_database_nothing(
    dentist: Contact, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        merging.render("See you at six", contact=dentist)
