"""What people fill in: texts, our numbers, triggers."""

from messaging.forms.number import NumberForm
from messaging.forms.text import QuickTextForm, SendTextForm
from messaging.forms.trigger import TriggerForm

__all__ = ["NumberForm", "QuickTextForm", "SendTextForm", "TriggerForm"]
