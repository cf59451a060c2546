"""What goes out and comes in."""

from messaging.models.belongs import Belongs
from messaging.models.conversation import Conversation
from messaging.models.day_figure import DayBin, DayFigure, FigureState
from messaging.models.event import Event
from messaging.models.gateway_state import GatewayState
from messaging.models.installation import Installation
from messaging.models.message import Attempt, Direction, Message, Origin, Status
from messaging.models.number import DailyUse, Number
from messaging.models.preference import Preference
from messaging.models.recipient import ConsentEvent, Recipient
from messaging.models.template import Template
from messaging.models.token import Scope, Token
from messaging.models.track import Track
from messaging.models.trigger import Trigger
from messaging.models.typing import Typing
from messaging.models.usage import Usage

__all__ = [
    "Attempt",
    "Belongs",
    "ConsentEvent",
    "Conversation",
    "DailyUse",
    "DayBin",
    "DayFigure",
    "Direction",
    "Event",
    "FigureState",
    "GatewayState",
    "Installation",
    "Message",
    "Number",
    "Origin",
    "Preference",
    "Recipient",
    "Scope",
    "Status",
    "Template",
    "Token",
    "Track",
    "Trigger",
    "Typing",
    "Usage",
]
