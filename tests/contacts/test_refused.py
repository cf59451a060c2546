"""What no view can read is answered with a page that says so."""

from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact


def test_a_form_larger_than_django_reads_says_how_to_get_the_words_back(
    alices_browser: Client, carol: Contact
) -> None:
    answer = alices_browser.post(carol.get_absolute_url(), {"body": "long " * 600_000})

    assert answer.status_code == 413
    assert "what you typed is still there" in answer.content.decode()
    assert not carol.comments.exists()


def test_a_form_that_is_none_says_so(alices_browser: Client, carol: Contact) -> None:
    answer = alices_browser.post(
        carol.get_absolute_url(),
        b"--nothing like it",
        content_type="multipart/form-data; boundary=",
    )

    assert answer.status_code == 400
    assert "not a form of ours" in answer.content.decode()


def test_a_form_that_went_stale_says_what_to_do(carol: Contact, alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    answer = browser.post(carol.get_absolute_url(), {"body": "Typed with care"})

    assert answer.status_code == 403
    assert "This form has gone stale" in answer.content.decode()
    assert not carol.comments.exists()
