"""How words reach a phone, and how people speak of it."""

from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    """As a text, spoken on the phone, or in an app. Only texts have segments."""

    SMS = "sms", "Text"
    CALL = "call", "Call"
    VIBER = "viber", "Viber message"
    WHATSAPP = "whatsapp", "WhatsApp message"

    @property
    def app(self) -> str:
        """The app's name; "" where there is none."""
        return str(self.label.removesuffix(" message")) if self in APPS else ""

    @property
    def to_do(self) -> str:
        """What one does: text, call, text by Viber."""
        return "call" if self is Channel.CALL else f"text{self._by}"

    @property
    def done(self) -> str:
        """What was done: texted, called, texted by Viber."""
        return "called" if self is Channel.CALL else f"texted{self._by}"

    @property
    def carried(self) -> str:
        """What a gateway carries: texts, calls, Viber."""
        return self.app or f"{self.label.lower()}s"

    @property
    def mark(self) -> str:
        """What stands before words that did not go out as a text: Call, Viber; else ""."""
        return self.app or (str(self.label) if self is Channel.CALL else "")

    @property
    def _by(self) -> str:
        return f" by {self.app}" if self.app else ""


APPS = (Channel.VIBER, Channel.WHATSAPP)
