"""What people fill in: texts, our numbers, triggers, what is done with a conversation."""

from messaging.forms.conversation import AssignForm, SnoozeForm
from messaging.forms.number import NumberForm
from messaging.forms.template import TemplateForm
from messaging.forms.text import QuickTextForm, SendTextForm
from messaging.forms.trigger import TriggerForm

__all__ = [
    "AssignForm",
    "NumberForm",
    "QuickTextForm",
    "SendTextForm",
    "SnoozeForm",
    "TemplateForm",
    "TriggerForm",
]
