"""Templates: kept, tried, offered, and texted by their name."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts.comments import CommentRefused, post_comment
from contacts.models import Company, Contact, Deal
from messaging.models import Message, Number, Template

LIST, NEW = reverse("messaging:template-list"), reverse("messaging:template-create")
CHOICES = reverse("messaging:template-choices")


def edit(row: Template) -> str:
    return reverse("messaging:template-edit", args=[row.pk])


def keep(browser: Client, **fields: str) -> str:
    """What the form answers."""
    response = browser.post(NEW, {"name": "hello", "text": "Hi", "is_shared": "on"} | fields)
    return str(response.content.decode()) if response.status_code != 302 else ""


@pytest.fixture
def hello(alice: User) -> Template:
    """Everybody's, made by Alice."""
    return Template.objects.create(
        name="hello", text="Hi {first_name|there}, {me.first_name} here.", owner=alice
    )


@pytest.fixture
def private(bob: User) -> Template:
    """Bob's alone."""
    return Template.objects.create(name="late", text="Late!", owner=bob, is_shared=False)


def test_a_template_is_kept_under_its_folded_name(alices_browser: Client, alice: User) -> None:
    alices_browser.post(
        NEW, {"name": "Hello", "text": " Hi\r\n{first_name|there} ", "is_shared": ""}
    )

    row = Template.objects.get()
    assert (row.name, row.text) == ("hello", "Hi\n{first_name|there}")
    assert (row.owner, row.is_shared) == (alice, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "Hi {frist_name}"}, "Did you mean {first_name}?"),
        ({"text": "Hi {first_name"}, "belongs to no field"),
        ({"text": " "}, "Write something first."),
        ({"text": "ж" * 700}, "SMS long, and 10 is the most."),
        ({"name": "two words"}, "A name is one word"),
        ({"name": "/"}, "A name is one word"),
    ],
)
def test_what_cannot_be_texted_is_refused_when_it_is_saved(
    alices_browser: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = keep(alices_browser, **fields)

    assert sentence in answer
    assert fields.get("text", "").strip() in answer
    assert not Template.objects.exists()


def test_a_name_is_taken_once_in_the_team_and_once_by_each(
    alices_browser: Client, client: Client, hello: Template, bob: User
) -> None:
    bobs_browser = Client()
    bobs_browser.force_login(bob)

    assert "You have a template of that name already." in keep(alices_browser)
    assert "The team has a template of that name already." in keep(bobs_browser)
    assert keep(bobs_browser, is_shared="") == ""


def test_saving_one_again_under_its_own_name_is_no_clash(
    alices_browser: Client, hello: Template
) -> None:
    alices_browser.post(edit(hello), {"name": "hello", "text": "Other", "is_shared": "on"})

    hello.refresh_from_db()
    assert hello.text == "Other"


def test_the_list_shows_ones_own_and_everybodys(
    alices_browser: Client, hello: Template, private: Template
) -> None:
    page = alices_browser.get(LIST).content.decode()

    assert "/hello" in page
    assert "/late" not in page


def test_the_list_asks_as_much_for_fifty_as_for_one(
    alices_browser: Client, alice: User, hello: Template, django_assert_max_num_queries: object
) -> None:
    for i in range(50):
        Template.objects.create(name=f"t{i}", text="x", owner=alice)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        alices_browser.get(LIST)


def test_others_templates_are_not_there_and_everybodys_only_changed_by_who_may(
    danas_browser: Client, bob: User, hello: Template, private: Template
) -> None:
    bobs_browser = Client()
    bobs_browser.force_login(bob)

    assert danas_browser.get(edit(private)).status_code == 404
    assert bobs_browser.get(edit(hello)).status_code == 404
    assert danas_browser.get(edit(hello)).status_code == 200
    assert bobs_browser.get(edit(private)).status_code == 200


def test_a_preview_shows_what_a_real_person_would_get_and_keeps_nothing(
    alices_browser: Client, carol: Contact
) -> None:
    answer = keep(
        alices_browser,
        text="Hi {first_name}, {me.first_name} here",
        contact="Carol Finch",
        preview="1",
    )

    assert "Hi Carol, Alice here" in answer
    assert "Carol Finch would get, as 1 SMS" in answer
    assert not Template.objects.exists()


def test_a_preview_names_what_this_person_has_not(alices_browser: Client, carol: Contact) -> None:
    answer = keep(alices_browser, text="Hi {company}", contact="Carol Finch", preview="1")

    assert "{company} is empty for this person" in answer


def test_a_preview_of_nobody_asks_for_somebody(alices_browser: Client) -> None:
    assert "Choose on whom to try it." in keep(alices_browser, preview="1")


def test_deleting_a_template_asks_first(alices_browser: Client, hello: Template) -> None:
    url = reverse("messaging:template-delete", args=[hello.pk])

    assert alices_browser.get(url).status_code == 200
    assert Template.objects.exists()
    alices_browser.post(url)
    assert not Template.objects.exists()


def test_a_composer_is_offered_each_template_filled_for_its_person(
    alices_browser: Client, hello: Template, carol: Contact, alice: User
) -> None:
    Template.objects.create(name="firm", text="Dear {company}", owner=alice)

    found = alices_browser.get(CHOICES, {"page": f"contact-{carol.pk}"}).content.decode()

    firm, theirs = found.split("</div>")[:2]
    assert 'data-words="Dear {company}"' in firm
    assert "{company} is empty" in firm
    assert 'data-words="Hi Carol, Alice here."' in theirs
    assert "/hello" in theirs


def test_a_composer_is_offered_what_begins_as_typed(
    alices_browser: Client, hello: Template, alice: User
) -> None:
    Template.objects.create(name="firm", text="Dear all", owner=alice)

    templates = alices_browser.get(CHOICES, {"q": "HE"}).content.decode()
    fields = alices_browser.get(reverse("messaging:field-choices"), {"q": "first"}).content.decode()

    assert "/hello" in templates
    assert "/firm" not in templates
    assert 'data-words="{first_name}"' in fields
    assert "{last_name}" not in fields


def test_choices_cost_the_same_however_many_there_are(
    alices_browser: Client, alice: User, carol: Contact, django_assert_max_num_queries: object
) -> None:
    for i in range(20):
        Template.objects.create(name=f"t{i}", text="{company|x}{owner|y}", owner=alice)

    with django_assert_max_num_queries(8):  # type: ignore[operator]
        alices_browser.get(CHOICES, {"page": f"contact-{carol.pk}"})


def test_a_comment_texts_a_template_by_its_name(
    alice: User, number: Number, roof: Deal, hello: Template
) -> None:
    comment = post_comment(on=roof, author=alice, body="sms: /Hello see you")

    message = Message.objects.get()
    assert message.text == "Hi Carol, Alice here. see you"
    assert comment.body == message.text


def test_a_template_on_a_deal_knows_the_deal(alice: User, number: Number, roof: Deal) -> None:
    Template.objects.create(name="quote", text="About {deal.title}", owner=alice)

    post_comment(on=roof, author=alice, body="sms: /quote")

    assert Message.objects.get().text == "About New roof"


def test_a_comment_on_a_company_fills_in_who_it_leads_to(
    alice: User, number: Number, bakery: Company, hello: Template
) -> None:
    post_comment(on=bakery, author=alice, body="sms: /hello")

    assert Message.objects.get().text.startswith("Hi Carol")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("sms: /nobody", "There is no template called “nobody”"),
        ("sms: /late", "There is no template called “late”"),
        ("sms: Hi {frist_name}", "Did you mean"),
        ("sms: Hi {company}", "{company} is empty"),
    ],
)
def test_a_comment_that_cannot_be_filled_leaves_nothing_behind(
    alice: User, number: Number, carol: Contact, private: Template, body: str, sentence: str
) -> None:
    with pytest.raises(CommentRefused, match=sentence.replace("{", r"\{")):
        post_comment(on=carol, author=alice, body=body)

    assert not Message.objects.exists()
    assert not carol.comments.exists()


def send(browser: Client, contact: Contact, text: str) -> str:
    response = browser.post(reverse("messaging:send-text", args=[contact.pk]), {"text": text})
    return str(response.content.decode())


def test_the_composer_texts_a_template_by_its_name(
    alices_browser: Client, number: Number, carol: Contact, hello: Template
) -> None:
    send(alices_browser, carol, "/hello")

    assert Message.objects.get().text == "Hi Carol, Alice here."


def test_ones_own_template_goes_before_everybodys(
    alices_browser: Client, number: Number, carol: Contact, bob: User, alice: User
) -> None:
    Template.objects.create(name="hello", text="Theirs", owner=bob)
    Template.objects.create(name="hello", text="Mine", owner=alice, is_shared=False)

    send(alices_browser, carol, "/hello")

    assert Message.objects.get().text == "Mine"


@pytest.mark.parametrize("typed", ["/nobody", "Hi {company}"])
def test_the_composer_keeps_the_words_it_could_not_fill(
    alices_browser: Client, number: Number, carol: Contact, typed: str
) -> None:
    page = send(alices_browser, carol, typed)

    assert f">{typed}</textarea>" in page
    assert "composer-error" in page
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("typed", "texted"),
    [
        (r"\/hello", "/hello"),
        (r"\{first_name}", "{first_name}"),
        ("5/hello", "5/hello"),
        ("//hello", "//hello"),
        ("/ hello", "/ hello"),
        ("and/or /hello", "and/or /hello"),
        ("{1} is the place", "{1} is the place"),
    ],
)
def test_other_slashes_and_braces_leave_as_they_are(
    alices_browser: Client, number: Number, carol: Contact, hello: Template, typed: str, texted: str
) -> None:
    send(alices_browser, carol, typed)

    assert Message.objects.get().text == texted


def test_a_quick_text_fills_in_whoever_has_the_number(
    alices_browser: Client, number: Number, carol: Contact, hello: Template
) -> None:
    url = reverse("messaging:quick-text")

    alices_browser.post(url, {"to": "+12125550123", "text": "/hello"})
    alices_browser.post(url, {"to": "+12125550199", "text": "/hello"})

    texts = Message.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Hi Carol, Alice here.", "Hi there, Alice here."]
