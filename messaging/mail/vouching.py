"""
Whether a mail comes from whom it names. Anybody can write a From; our own mail server checks it and
says so in an Authentication-Results (RFC 8601), under a name that it takes out of what others send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(?P<method>[a-z0-9-]+)\s*=\s*(?P<result>[a-z]+)(?P<rest>.*)", re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9-]+)\s*=\s*\"?([^\s\";]+)")

#: Each method, and the properties that name who passed it. DMARC is the two others, aligned.
_NAMED = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom",),
}


def vouched(results: Iterable[str], authserv_id: str, domain: str) -> bool:
    """
    Whether our server (authserv_id) says that `domain` sent it: by DMARC, or by DKIM or SPF of that
    very domain. results: the values of Authentication-Results, uppermost first; only the first
    that bears our server's name counts. All in lower case, or not.
    """
    for value in results:
        named, *found = _plain(value).split(";")
        if named.split()[:1] == [authserv_id.lower()]:
            return any(_passes(one, domain.lower()) for one in found)
    return False


def _passes(result: str, domain: str) -> bool:
    match = _RESULT.fullmatch(result.strip())
    if not match or match["result"] != "pass":
        return False
    wanted = _NAMED.get(match["method"], ())
    return any(
        name in wanted and value.rpartition("@")[2] == domain
        for name, value in _PROPERTY.findall(match["rest"])
    )


def _plain(value: str) -> str:
    """In lower case and without comments, which may stand in comments."""
    words = value.lower()[:4000]
    while (less := _COMMENT.sub(" ", words)) != words:
        words = less
    return words
