"""What replay_events is told has to be possible: it would find nothing to do, in silence."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--hours", "-5"], "“-5” is no number of hours"),
        (["--hours", "nan"], "“nan” is no number of hours"),
        (["--hours", "1e9"], "“1e9” is no number of hours"),
        (["--gateway", "sevn"], "invalid choice: 'sevn'"),
    ],
)
def test_what_cannot_be_meant_is_refused(words, told):
    with pytest.raises(CommandError, match=told):
        call_command("replay_events", *words)


def test_a_gateway_and_a_time_are_taken(db, capsys):
    call_command("replay_events", "--hours", "24", "--gateway", "seven")

    assert capsys.readouterr().out == "Applied: 0\n"
