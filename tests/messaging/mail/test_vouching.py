"""Only our own mail server's word counts, and only about the domain of the sender."""

from __future__ import annotations

import pytest

from messaging.mail.vouching import vouched


@pytest.mark.parametrize(
    "result",
    [
        "mx.example.com; dmarc=pass header.from=example.com",
        "MX.Example.com 1; spf=fail smtp.mailfrom=x@a.example; dkim=pass (a) header.d=Example.com",
        "mx.example.com;\n\tspf=pass (sender (really)) smtp.mailfrom=alice@example.com",
        "mx.example.com; dkim=none; dmarc = pass (p=reject) header.from=example.com",
        "mx.example.com; dkim=pass header.i=@example.com",
    ],
)
def test_it_vouches(result: str) -> None:
    assert vouched([result], "mx.example.com", "example.com")


@pytest.mark.parametrize(
    "result",
    [
        "",
        "mx.example.com; none",
        "mx.example.com; dmarc=fail header.from=example.com",
        "mx.example.com; dmarc=pass header.from=evil.example",
        "mx.example.com; dmarc=pass",
        "mx.example.com; spf=pass smtp.helo=example.com",
        "mx.example.com; dkim=pass header.d=evil.example header.b=example.com",
        "mx.example.com; dkim=pass header.d=notexample.com",
        "mx.example.com; arc=pass header.d=example.com",
        "mx.example.com; (dmarc=pass header.from=example.com) dmarc=none",
        "mx.evil.example; dmarc=pass header.from=example.com",
        "x mx.example.com; dmarc=pass header.from=example.com",
        "mx.example.com.evil.example; dmarc=pass header.from=example.com",
    ],
)
def test_it_does_not(result: str) -> None:
    assert not vouched([result], "mx.example.com", "example.com")


def test_of_two_with_our_name_the_upper_one_counts() -> None:
    ours = "mx.example.com; dmarc=fail header.from=example.com"
    forged = "mx.example.com; dmarc=pass header.from=example.com"

    assert not vouched([ours, forged], "mx.example.com", "example.com")
    assert vouched(["other.example; none", forged], "mx.example.com", "example.com")
