"""A person may ask what is known of them: all of it, for people and for programs."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from contacts.models import Contact
from tests.privacy.conftest import CANARIES, PHONE

pytestmark = [pytest.mark.storage, pytest.mark.filterwarnings("ignore:.*thread.*")]


@pytest.fixture
def files(canary: Contact, danas_browser: Client) -> dict[str, str]:
    answer = danas_browser.get(f"/contacts/{canary.pk}/data/")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{canary.pk}.zip"'
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_everything_is_in_it(files: dict[str, str]) -> None:
    found = json.loads(files["person.json"])

    assert found.keys() == {
        *("Person", "Timeline", "Named by", "Imported lists", "Texts", "Consent", "Broadcasts"),
        *("Sent to gateways", "Told by gateways", "Texts that come again"),
        "Merged contacts",
    }
    assert found["Person"][0]["Song"] == "Chirp in C"
    assert found["Person"][0]["notes"] == "Lives at Canary Wharf"
    assert "Likes to chirp. @dana" in [row["words"] for row in found["Timeline"]]
    assert {"New roof", "Bakery"} == {row["name"] for row in found["Named by"]}
    texts = [(row["direction"], row["words"]) for row in found["Texts"]]
    assert ("outbound", "chirp chirp") in texts
    assert ("inbound", "Stop") in texts
    (said,) = [row for row in found["Consent"] if row.get("what") == "opted_out"]
    assert (said["phone"], said["words"]) == (PHONE, "Stop")
    assert any("Chirp!" in row["body"] for row in found["Told by gateways"])


def test_it_can_be_read_without_a_program(files: dict[str, str]) -> None:
    text = files["person.txt"]

    assert text.startswith("Everything about Canarya Finchley, ")
    assert "\nTexts\n=====\n" in text
    assert "words: chirp chirp" in text
    assert [word for word in CANARIES if word.casefold() not in text.casefold()] == []


def test_of_others_nothing_is_in_it(files: dict[str, str]) -> None:
    assert "Otto" not in files["person.json"]
    assert "900321" not in files["person.json"]
