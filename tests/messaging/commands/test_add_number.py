"""`manage.py add_number`"""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from messaging.models import Number


def run(*arguments: str) -> None:
    call_command("add_number", *arguments)


def test_a_number_is_added_with_all_that_was_said(db, capsys):
    run(
        *("+12125550100", "--gateway", "simulator", "--label", "Sales", "--default"),
        *("--daily-limit", "150", "--time-zone", "Europe/Berlin"),
    )

    row = Number.objects.get()
    assert (row.address, row.gateway, row.label) == ("+12125550100", "simulator", "Sales")
    assert (row.daily_limit, row.time_zone, row.is_default) == (150, "Europe/Berlin", True)
    assert "Added: Sales (+1 212-555-0100), Simulator, at most 150" in capsys.readouterr().out


def test_running_it_again_changes_what_is_named_and_nothing_else(db, number):
    run("+1 (212) 555-0100", "--label", "Front desk")

    number.refresh_from_db()
    assert (number.label, number.gateway, number.is_default) == ("Front desk", "simulator", True)
    assert Number.objects.count() == 1


def test_default_moves_from_the_number_that_had_it(db, number):
    run("+442079460100", "--gateway", "simulator", "--default")

    assert list(Number.objects.filter(is_default=True).values_list("address", flat=True)) == [
        "+442079460100"
    ]


def test_a_refused_number_leaves_the_default_where_it_was(db, number):
    with pytest.raises(CommandError):
        run("+442079460100", "--gateway", "simulator", "--default", "--time-zone", "Mars/Base")

    number.refresh_from_db()
    assert number.is_default


def test_smrtphones_own_limit_applies_unless_another_is_given(db):
    run("+12125550101", "--gateway", "smrtphone")
    run("+12125550102", "--gateway", "smrtphone", "--daily-limit", "50")

    assert list(Number.objects.order_by("address").values_list("daily_limit", flat=True)) == [
        200,
        50,
    ]


def test_a_number_that_moves_to_smrtphone_gets_its_limit(db, number):
    run(number.address, "--gateway", "smrtphone")

    number.refresh_from_db()
    assert number.daily_limit == 200


def test_a_limit_can_be_lifted(db, number):
    Number.objects.update(daily_limit=9)

    run(number.address, "--daily-limit", "none")

    number.refresh_from_db()
    assert number.daily_limit is None


def test_a_number_is_switched_off_and_on(db):
    run("Larkmoor", "--gateway", "simulator", "--inactive")
    assert not Number.objects.get().active

    run("Larkmoor", "--active")
    assert Number.objects.get().active


def test_a_missing_credential_is_said_in_one_sentence(db, capsys):
    run("+12125550100", "--gateway", "seven")

    assert Number.objects.exists()
    assert capsys.readouterr().err.strip() == "seven.io is not set up: SEVEN_API_KEY is empty."


def test_no_number_goes_to_the_simulator_on_a_server(db, settings):
    settings.GATEWAYS = {}
    settings.DEMO = False

    with pytest.raises(CommandError, match="in demo mode only"):
        run("+12125550100", "--gateway", "simulator", "--default")

    assert not Number.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["+1", "--gateway", "seven"], "Give a number like"),
        (["Much too long a name", "--gateway", "seven"], "Give a number like"),
        (["+12125550100", "--gateway", "pigeon"], "There is no gateway called “pigeon”"),
        (["+12125550100"], "Say who carries it"),
        (["+12125550100", "--gateway", "d7", "--time-zone", "Mars/Base"], "is not a time zone"),
        (["+12125550100", "--gateway", "d7", "--daily-limit", "-3"], "is no number of texts"),
        (["+12125550100", "--gateway", "d7", "--default", "--inactive"], "cannot be inactive"),
        (["+12125550100", "--gateway", "d7", "--active", "--inactive"], "not allowed with"),
        (["+12125550100", "--gateway", "d7", "--label", ""], "label"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(db, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)

    assert not Number.objects.exists()


def test_the_default_cannot_be_switched_off(db, number):
    with pytest.raises(CommandError, match="make another the default first"):
        run(number.address, "--inactive")

    number.refresh_from_db()
    assert number.active
