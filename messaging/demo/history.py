"""Sixty days of texts: who wrote what, when, and what became of it. Nothing is stored here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Company, Deal, Record
from messaging.answers import CONFIRMATION
from messaging.demo import people, story
from messaging.demo.records import Cast
from messaging.demo.texts import Entry, Fate, inbound, outbound
from messaging.models import Message, Origin, Status

LEADING = {"> ": True, "< ": False}


def parts(block: str) -> list[list[tuple[bool, str]]]:
    """Dialogues, blank lines between them, as lines: (is it ours, the words)."""
    dialogues = []
    for dialogue in block.strip().split("\n\n"):
        lines = re.sub(r"\n {2}", " ", dialogue).split("\n")
        dialogues.append([(LEADING[line[:2]], line[2:]) for line in lines])
    return dialogues


class History:
    """Collects entries; `now` is the end of the story, `rng` makes it the same each time."""

    def __init__(self, cast: Cast, now: datetime, rng: Random) -> None:
        self.cast, self.now, self.rng = cast, now, rng
        self.entries: list[Entry] = []

    def tell(self) -> list[Entry]:
        self._announce()
        self._small_talk()
        self._about_deals()
        self._single_fates()
        self._sent_again()
        self._leavings()
        self._to_a_stranger()
        self._fresh()
        self._schedule()
        return self.entries

    def _announce(self) -> None:
        """The oldest text of all, to some of those in Britain, by the name that takes no answer."""
        sender, at = self.cast.numbers[people.FIRM], self._at(59, 9)
        for name in ("Juno Castellane", "Basil Oduya", "Imogen Farrow", "Silas Wetherby"):
            more = {"number": sender, "origin": Origin.BROADCAST, "author": self.cast.team[0]}
            self._ours(name, story.CLOSED, at, **more)

    def _small_talk(self) -> None:
        dialogues = parts(story.DIALOGUES)
        left = {row.name: row.days for row in story.LEAVING}
        names = [row.name for row in people.PEOPLE if row.name in self.cast.mobile]
        for name in names:
            latest = left.get(name, 1) + 1  # nobody chats with somebody who asked to be left alone
            how_many = self.rng.randint(2, 5)
            if name == people.LONGEST_STORY:
                how_many = len(dialogues)
            days = sorted(self.rng.sample(range(latest, 44), how_many), reverse=True)
            for day, lines in zip(days, self.rng.sample(dialogues, how_many), strict=True):
                self._dialogue(name, lines, self._at(day, self.rng.randint(8, 15)))

    def _about_deals(self) -> None:
        dialogues = parts(story.ABOUT_A_DEAL)
        for index, deal in enumerate(self.cast.deals):
            lines = dialogues[index % len(dialogues)]
            at = self._at(17 + index % 4, 8 + index % 8)
            self._dialogue(str(deal.leads_to()), lines, at, on=deal, deal=deal.title.lower())
        for company in self.cast.companies.values():
            words = [(True, "Hi {first}, may we use a photo of your job on our website?")]
            self._dialogue(str(company.leads_to()), words, self._at(14, 11), on=company)

    def _single_fates(self) -> None:
        for row in story.ONCE:
            fate = Fate(Status(row.status), row.reason, row.detail, row.before)
            at = self._at(row.days, 10) if row.days else self.now - timedelta(seconds=6)
            self._ours(row.name, row.text, at, fate=fate)

    def _sent_again(self) -> None:
        name, days, words = story.AGAIN
        fate = Fate(Status.UNDELIVERED, "absent")
        first = self._ours(name, words, self._at(days, 9), fate=fate)
        self._ours(name, words, self._at(days, 15), retry_of=first, author=first.author)

    def _leavings(self) -> None:
        """Somebody asks for no more texts; the answer to STOP goes out, nothing after it does."""
        for row in story.LEAVING:
            at = self._at(row.days, 9)
            self._theirs(row.name, row.asked, at, read_at=at + timedelta(minutes=8))
            if not row.in_plain_words:
                answer = {"author": None, "origin": Origin.AUTOMATIC, "is_confirmation": True}
                self._ours(row.name, CONFIRMATION, at + timedelta(seconds=1), **answer)
            fate = Fate(Status.FAILED, "opted_out", blocked=True)
            self._ours(row.name, row.later, at + timedelta(minutes=1), fate=fate)

    def _to_a_stranger(self) -> None:
        phone, days, words = story.STRANGER
        number, author = self.cast.numbers["Sales"], self.cast.team[1]
        more: dict[str, Any] = {"number": number, "author": author, "origin": Origin.QUICK}
        self.entries.append(
            outbound(self.rng, text=words, phone=phone, at=self._at(days, 12), **more)
        )

    def _fresh(self) -> None:
        for row in story.FRESH:
            at = self.now - timedelta(minutes=row.minutes)
            self._dialogue(row.name, parts(row.words)[0], at, unread=True)

    def _schedule(self) -> None:
        for name, days, words in story.SCHEDULED:
            send_after = self._at(-days, 8)
            at = self._at(1, 16)
            self._ours(name, words, at, fate=Fate(Status.QUEUED), send_after=send_after)

    def _dialogue(
        self,
        name: str,
        lines: list[tuple[bool, str]],
        at: datetime,
        *,
        on: Deal | Company | None = None,
        deal: str = "",
        unread: bool = False,
    ) -> None:
        """One after the other; an answer knows what it answers. Unread ones come quickly."""
        author, asked = self.rng.choice(self.cast.team), None
        first = self.cast.contacts[name].short_name
        for is_ours, words in lines:
            text = words.format(first=first, me=author.first_name, deal=deal)
            if is_ours:
                asked = self._ours(name, text, at, author=author, on=on)
            else:
                read_at = None if unread else at + timedelta(minutes=self.rng.randint(1, 9))
                place = on if asked else None
                self._theirs(name, text, at, reply_to=asked, read_at=read_at, on=place)
            at += timedelta(seconds=self.rng.randint(60, 300 if unread else 2_400))

    def _ours(self, name: str, text: str, at: datetime, **more: Any) -> Message:
        more.setdefault("number", self.cast.number_for(name))
        more.setdefault("author", self.rng.choice(self.cast.team))
        by_comment = more.get("on") or self.rng.random() < 0.6
        more.setdefault("origin", Origin.COMMENT if by_comment else Origin.FORM)
        return self._keep(outbound(self.rng, text=text, at=at, **self._who(name), **more))

    def _theirs(self, name: str, text: str, at: datetime, **more: Any) -> Message:
        number = self.cast.number_for(name)
        who = self._who(name)
        return self._keep(inbound(self.rng, text=text, at=at, number=number, **who, **more))

    def _keep(self, entry: Entry) -> Message:
        self.entries.append(entry)
        return entry.message

    def _who(self, name: str) -> dict[str, Any]:
        return {"contact": self.cast.contacts[name], "phone": self.cast.mobile[name]}

    def _at(self, days: int, hour: int) -> datetime:
        """Some minute of that hour, so many days ago; a Sunday's is moved to the Saturday."""
        day = timezone.localtime(self.now) - timedelta(days=days)
        if day.weekday() == 6:
            day -= timedelta(days=1)
        minute = self.rng.randint(0, 59)
        return day.replace(hour=hour, minute=minute, second=self.rng.randint(0, 59))


def remarks(cast: Cast, now: datetime, rng: Random) -> list[tuple[Record, User, str, datetime]]:
    """Plain comments: on which record, by whom, the words, when."""
    records: list[Record] = [*cast.contacts.values(), *cast.deals, *cast.companies.values()]
    rows = []
    for record in records:
        for words in rng.sample(story.COMMENTS, rng.randint(0, 3)):
            at = now - timedelta(days=rng.randint(1, 59), minutes=rng.randint(0, 400))
            rows.append((record, rng.choice(cast.team), words, at))
    return rows
