"""The team, its numbers, and the people, companies and deals it looks after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from contacts import custom
from contacts.models import Company, Contact, CustomField, Deal, Phone, SavedView, Tag
from messaging.demo import people
from messaging.demo.people import Person, Trial
from messaging.models import Number, Template, Trigger

ZONES = {"us": "America/New_York", "uk": "Europe/London"}
US, UK_MOBILE, UK_LANDLINE = "+121255501{:02d}", "+447700900{:03d}", "+442079460{:03d}"


@dataclass
class Cast:
    """Everybody and everything by name; `mobile` by contact's name."""

    team: list[User]
    numbers: dict[str, Number]
    contacts: dict[str, Contact] = field(default_factory=dict)
    mobile: dict[str, str] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)

    def number_for(self, name: str) -> Number:
        """People in Britain are texted from the British number."""
        return self.numbers["Sales" if self.mobile[name].startswith("+44") else "Office"]


def create(now: datetime, rng: Random) -> Cast:
    """Store all of them, a while before `now`."""
    cast = Cast(_team(), _numbers())
    _templates(cast.team)
    tags = {
        name: Tag.objects.get_or_create(name=name, defaults={"hue": hue})[0]
        for name, hue in people.TAGS.items()
    }
    for row in people.COMPANIES:
        company = Company.objects.create(name=row.name, website=row.website, owner=cast.team[0])
        cast.companies[row.name] = company
    phones = Phones()
    for person in [*people.PEOPLE, *map(_as_person, people.TRIALS)]:
        contact = _contact(person, cast, rng)
        contact.tags.set(tags[name] for name in person.tags.split(", "))
        _give_phones(contact, person, phones, cast)
    for row in people.COMPANIES:
        cast.companies[row.name].main_contact = cast.contacts[row.main_contact]
        cast.companies[row.name].save()
    cast.deals = [_deal(sale, cast, now) for sale in people.SALES]
    _fields(cast, now)
    _date_back(cast, now, rng)
    return cast


def _fields(cast: Cast, now: datetime) -> None:
    """The firm's own fields, what they hold for some, and saved views."""
    kinds = {"contact": Contact, "deal": Deal}
    made: dict[str, CustomField] = {}
    for place, (on, key, label, type_, names) in enumerate(people.FIELDS):
        made[key] = CustomField.objects.create(
            content_type=ContentType.objects.get_for_model(kinds[on]),
            key=key,
            label=label,
            type=type_,
            options=[{"id": n, "name": name} for n, name in enumerate(names, 1)],
            position=place,
        )
    for of, name, query in people.VIEWS:
        SavedView.objects.create(of=of, name=name, query=query, owner=cast.team[0], is_shared=True)
    for n, contact in enumerate(cast.contacts.values()):
        since = (now - timedelta(days=90 * (n + 2))).date() if n % 3 else None
        news = {made["heard_by"]: str(n % 4 or ""), made["customer_since"]: since}
        custom.keep(contact, news)
    for n, deal in enumerate(cast.deals):
        custom.keep(deal, {made["scaffold"]: str(n % 4 or "")})


def _team() -> list[User]:
    """The first may do everything; the others are there to have written something."""
    team: list[User] = []
    for username, first_name, last_name in people.TEAM:
        is_first = not team
        user = User(username=username, first_name=first_name, last_name=last_name)
        user.email = f"{username}@larkmoor.example"
        user.is_staff = user.is_superuser = is_first
        user.set_password("demo" if is_first else None)
        user.save()
        team.append(user)
    return team


def _numbers() -> dict[str, Number]:
    def number(address: str, label: str, zone: str = "", **more: Any) -> Number:
        return Number.objects.create(
            address=address, label=label, gateway="simulator", time_zone=zone, **more
        )

    numbers = {
        "Office": number("+12125550100", "Office", ZONES["us"], is_default=True),
        "Sales": number("+442079460100", "Sales", ZONES["uk"], daily_limit=200),
        people.FIRM: number(people.FIRM, "Announcements"),
    }
    Trigger.objects.update_or_create(prefix="sales:", defaults={"number": numbers["Sales"]})
    return numbers


def _templates(team: list[User]) -> None:
    """The last one is the first user's own; the others are everybody's."""
    for row in people.TEMPLATES:
        Template.objects.create(name=row.name, text=row.text, owner=team[0], is_shared=row.shared)


class Phones:
    """Numbers nobody has yet. None ends in 90 to 99, which mean something to the simulator."""

    def __init__(self) -> None:
        self.us = (US.format(n) for n in count(1))
        self.uk_mobile = (UK_MOBILE.format(n) for n in count(201) if n % 100 < 90)
        self.uk_landline = (UK_LANDLINE.format(n) for n in count(201) if n % 100 < 90)

    def mobile(self, home: str) -> str:
        return next(self.us if home == "us" else self.uk_mobile)

    def other(self, home: str) -> str:
        return next(self.us if home == "us" else self.uk_landline)


def _as_person(trial: Trial) -> Person:
    return Person(trial.name, "", "us", "", "Simulator", "", trial.notes)


def _contact(person: Person, cast: Cast, rng: Random) -> Contact:
    first_name, _, last_name = person.name.partition(" ")
    contact = Contact.objects.create(
        first_name=first_name,
        last_name=last_name,
        job_title=person.job,
        company=cast.companies.get(person.company),
        email=f"{first_name}.{last_name.split('-')[0]}@mail.example".lower(),
        time_zone=ZONES.get(person.home, ""),
        notes=person.notes,
        owner=rng.choice(cast.team),
    )
    cast.contacts[person.name] = contact
    return contact


def _give_phones(contact: Contact, person: Person, phones: Phones, cast: Cast) -> None:
    if person.home == "none":
        return
    trial = {row.name: row.digits for row in people.TRIALS}.get(person.name)
    mobile = US.format(int(trial)) if trial else phones.mobile(person.home)
    if person.name == people.SHARED_MOBILE[1]:
        mobile = cast.mobile[people.SHARED_MOBILE[0]]
    cast.mobile[person.name] = mobile
    Phone.objects.create(contact=contact, e164=mobile, kind=Phone.Kind.MOBILE, is_primary=True)
    for kind in person.phones.split():
        Phone.objects.create(contact=contact, e164=phones.other(person.home), kind=kind)


def _deal(sale: people.Sale, cast: Cast, now: datetime) -> Deal:
    contact = cast.contacts.get(sale.who)
    company = contact.company if contact else cast.companies[sale.who]
    return Deal.objects.create(
        title=sale.title,
        contact=contact,
        company=company,
        stage=sale.stage,
        amount=sale.amount,
        due_on=(now + timedelta(days=sale.due_in)).date(),
        owner=cast.team[len(sale.title) % len(cast.team)],
    )


def _date_back(cast: Cast, now: datetime, rng: Random) -> None:
    """They were there before the first text was."""

    def earlier(rows: list[Any], first: int, last: int) -> Iterator[Any]:
        for row in rows:
            row.created_at = now - timedelta(
                days=rng.randint(first, last), minutes=rng.randint(1, 900)
            )
            yield row

    Contact.objects.bulk_update(earlier([*cast.contacts.values()], 70, 400), ["created_at"])
    Company.objects.bulk_update(earlier([*cast.companies.values()], 401, 500), ["created_at"])
    Deal.objects.bulk_update(earlier(cast.deals, 61, 69), ["created_at"])
