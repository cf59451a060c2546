"""What goes out and comes in."""

from messaging.models.answer import Answer
from messaging.models.belongs import Belongs
from messaging.models.broadcast import Broadcast, BroadcastRecipient
from messaging.models.channel import Channel
from messaging.models.conversation import Conversation
from messaging.models.day_figure import DayBin, DayFigure, FigureState
from messaging.models.erased import ErasedOptOut
from messaging.models.event import Event
from messaging.models.gateway_state import GatewayState
from messaging.models.hook import CallerNote, Courier, Delivery, Hook
from messaging.models.installation import Installation
from messaging.models.log_count import LogCount
from messaging.models.mail import Letter, Mail
from messaging.models.message import Attempt, Direction, Message, Origin, Status
from messaging.models.number import DailyUse, Number
from messaging.models.pace import Pace
from messaging.models.preference import Preference
from messaging.models.recipient import ConsentEvent, Recipient
from messaging.models.recurrence import Recurrence
from messaging.models.signing_in import Invitation, RecoveryCode, ResetRequest, SignIn
from messaging.models.template import Template
from messaging.models.tidying import Tidying
from messaging.models.token import Scope, Token
from messaging.models.track import Track
from messaging.models.trigger import Trigger
from messaging.models.typing import Typing
from messaging.models.usage import Usage

__all__ = [
    "Answer",
    "Attempt",
    "Belongs",
    "Broadcast",
    "BroadcastRecipient",
    "CallerNote",
    "Channel",
    "ConsentEvent",
    "Conversation",
    "Courier",
    "DailyUse",
    "DayBin",
    "DayFigure",
    "Delivery",
    "Direction",
    "ErasedOptOut",
    "Event",
    "FigureState",
    "GatewayState",
    "Hook",
    "Installation",
    "Invitation",
    "Letter",
    "LogCount",
    "Mail",
    "Message",
    "Number",
    "Origin",
    "Pace",
    "Preference",
    "Recipient",
    "RecoveryCode",
    "Recurrence",
    "ResetRequest",
    "Scope",
    "SignIn",
    "Status",
    "Template",
    "Tidying",
    "Token",
    "Track",
    "Trigger",
    "Typing",
    "Usage",
]
