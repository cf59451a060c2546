"""What two contacts share, in words: looked at anew, for it may have changed since it was found."""

from __future__ import annotations

from dataclasses import dataclass

from contacts.models import Contact, Duplicate


@dataclass(frozen=True, slots=True)
class Pair:
    """For a page. both have their phones fetched."""

    row: Duplicate
    why: str

    @classmethod
    def of(cls, row: Duplicate) -> Pair:
        return cls(row, shared(row.first, row.second))


def shared(first: Contact, second: Contact) -> str:
    """ "Same phone +1 212-555-0123, same name"; "" if they share nothing any more."""
    mine = {phone.e164: phone.display for phone in first.phones.all()}
    found = [mine[p.e164] for p in second.phones.all() if p.e164 in mine]
    words = [f"same phone {', '.join(found)}"] if found else []
    if first.email and first.email.casefold() == second.email.casefold():
        words.append("same e-mail")
    if first.sort_name == second.sort_name:
        words.append("same name")
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
