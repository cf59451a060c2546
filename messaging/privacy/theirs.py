"""Which rows are about a person: by the contact, and by the phones that are nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from contacts.models import Contact, Phone
from messaging.models import Belongs, BroadcastRecipient, Conversation, Event, Message
from messaging.models.erased import ERASED


@dataclass(frozen=True, slots=True)
class Theirs:
    """phones: all that were ever used with them; own: those of nobody else. E.164."""

    contact: Contact
    phones: frozenset[str]
    own: frozenset[str]

    @classmethod
    def of(cls, contact: Contact) -> Theirs:
        used = (
            *Phone.objects.filter(contact=contact).values_list("e164", flat=True),
            *Message.objects.filter(contact=contact).values_list("phone", flat=True).distinct(),
            *Conversation.objects.filter(contact=contact).values_list("phone", flat=True),
            *Belongs.objects.filter(contact=contact).values_list("phone", flat=True),
        )
        phones = frozenset(used) - {ERASED, ""}
        return cls(contact, phones, phones - _of_others(contact, phones))

    def texts(self) -> QuerySet[Message]:
        return Message.objects.filter(Q(contact=self.contact) | Q(contact=None, phone__in=self.own))

    def in_broadcasts(self) -> QuerySet[BroadcastRecipient]:
        theirs = Q(contact=self.contact) | Q(contact=None, phone__in=self.own)
        return BroadcastRecipient.objects.filter(theirs)

    def events(self) -> QuerySet[Event]:
        """Webhooks that hold one of their phones, as every gateway writes them."""
        holds = Q(pk__in=[])
        rows = Event.objects.annotate(asked=Cast("query", TextField()))
        for digits in self.digits():
            rows = rows.annotate(**{f"holds_{digits}": Holds(F("body"), _bytes(digits))})
            holds |= Q(**{f"holds_{digits}": True}) | Q(asked__contains=digits)
            holds |= Q(url__contains=digits)
        return rows.filter(holds)

    def digits(self) -> list[str]:
        """Of each phone, without what gateways leave out or encode."""
        found = ("".join(filter(str.isdigit, phone)) for phone in self.phones)
        return sorted({digits for digits in found if len(digits) > 6})


class Holds(Func):
    """Whether bytes hold other bytes."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="instr(%(expressions)s) > 0")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        turned = self.copy()
        turned.set_source_expressions(self.get_source_expressions()[::-1])
        template = "position(%(expressions)s) > 0"
        return turned.as_sql(compiler, connection, template=template, arg_joiner=" IN ")


def _bytes(digits: str) -> Value:
    return Value(digits.encode(), output_field=BinaryField())


def _of_others(contact: Contact, phones: frozenset[str]) -> set[str]:
    """A family's phone, or the office's."""
    return {
        *Phone.objects.filter(e164__in=phones)
        .exclude(contact=contact)
        .values_list("e164", flat=True),
        *Message.objects.filter(phone__in=phones, contact__isnull=False)
        .exclude(contact=contact)
        .values_list("phone", flat=True)
        .distinct(),
    }
