"""
What an inbound text asks for, read from its words. Pure: no Django.

The keywords: Twilio's defaults and the words of 47 CFR 64.1200(a)(10), read November 2026. A
keyword is the whole message. The same rule has other plain requests honoured too; where we only
think that we have read one, the number is blocked and a person decides. So a doubtful text counts
as a request, while everyday uses of the words (“Stop by at six”) do not.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"}
START_WORDS = {"start", "yes", "unstop"}
HELP_WORDS = {"help", "info"}

#: Other languages' STOP, and what says the same. The whole message, and a person decides.
ALSO_STOP = {
    *("arret", "stopp", "abmelden", "alto", "baja", "parar", "cancelar"),
    *("nomore", "goaway", "stoptexting", "removeme", "leavemealone", "wrongperson"),
}

#: May stand around a keyword without making it anything else: “ok please stop now, thanks”.
_FILLERS = {
    *("please", "pls", "plz", "ok", "okay", "hi", "hey", "hello", "sorry", "thanks", "thank"),
    *("thx", "you", "u", "now", "it", "this", "that", "these", "those", "all", "just", "no"),
    *("i", "im", "id", "said", "say", "want", "would", "like", "to", "must", "need", "can"),
    *("could", "will", "me", "us", "my", "your", "everything", "immediately", "already"),
    *("and", "so", "here", "again", "asap", "from", "the", "list", "forever", "right"),
    *("away", "enough"),
}
_LONGEST_REQUEST = 9  # words
_CORE = {"stop", "stopp", "unsubscribe", "unsubscribed", "optout", "quit", "revoke"}
_CORE_IF_ASKED = {"cancel", "end"}  # beside “please” alone: “cancel the order” is none

_TEXTS = r"(?:te?xts?|texting|messages?|messaging|msgs?|sms|spam|alerts?|notifications?)"
_ANY = r"(?:(?:me|us|any|all|more|these|those|this|the|your|of|with|such|anymore)\s+){0,4}"
_NEGATED = re.compile(
    r"\b(?:dont|do not|never|cant|can not|cannot|wont|will not|didnt|doesnt|not|non)"
    r"[\s-]+(?:ever\s+)?(?:stop|quit)(?:ped|ping)?\b"
)
_VERB = "text|txt|texting|message|messaging|contact|contacting|bothering|harassing|spamming|calling"
_LIST = r"(?:off|from|out\s+of)\s+(?:of\s+)?(?:your|ur|this|the|all|any)"
_NOT = r"\b(?:dont|do\ not|never|not\ to|no\ longer)\s+(?:ever\s+)?"
_LEAD = r"\W*(?:sorry|hi|hey|hello|no|i\ think|think|you|have|got|youve|this\ is|its|the|a)\b\W*"
_REQUESTS = re.compile(
    rf"""
      \b(?:stop|quit|cease)\s+(?:the\s+)?(?:{_VERB})\b(?!\s+(?:and|while)\b)
    | \b(?:stop|quit|cease|no\ more|end|cancel)\s+{_ANY}{_TEXTS}\b
    | \b(?:stop|quit|cease)\s+sending\s+(?:me|us|{_ANY}{_TEXTS})\b
    | {_NOT}(?:te?xt|message|msg|contact|bother|write(?:\s+to)?|sms)\s+(?:me|us|this\ number)\b
    | {_NOT}send\s+{_ANY}{_TEXTS}\b
    | {_NOT}(?:want|wish|consent|agree|need)\s+(?:to\s+)?
      (?:get|receive|be\s+getting)?\s*{_ANY}{_TEXTS}\b
    | \bunsubscribe\b
    | \bopt(?:ing|ed)?[\s-]*(?:me\s+|us\s+)?out\b
    | \b(?:remove|delete|take|lose)\s+(?:me|my\s+(?:number|name|phone|contact))\s+{_LIST}\b
    | \b(?:remove|delete|lose)\s+(?:my|this)\s+(?:phone\s+)?number\b(?!\s+\d)
    | \b(?:remove\ me|take\ me\ off)\s*(?:please|pls|now|$|[.!,;])
    | \bleave\ me\ alone\b
    | \b(?:revoke|withdraw)\s+(?:my\s+)?(?:consent|permission)\b
    | \b(?:fuck|piss)\ off\b
    | ^(?:{_LEAD}){{0,6}}wrong\ (?:number|person)\b(?!.*\bit(?:s|\s+is)\b)
    | ^\W*stop\s*[.!,;:\n–—-]
    | \b(?:please|pls|plz)\s+stop(?:\s+(?:it|this|now|that|these))?\s*(?:$|[.!?,;])
    """,
    re.VERBOSE,
)


class Ask(StrEnum):
    """What an inbound text asks of us."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    MAYBE_STOP = "maybe_stop"
    NOTHING = "nothing"


def read(text: str) -> Ask:
    """What these words ask."""
    words = _plain(text)
    word = re.sub(r"[\W_]+", "", words)
    if word in STOP_WORDS:
        return Ask.STOP
    if word in START_WORDS:
        return Ask.START
    if word in HELP_WORDS:
        return Ask.HELP
    return Ask.MAYBE_STOP if word in ALSO_STOP or _sounds_like_stop(words) else Ask.NOTHING


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes; full-width ones like all others."""
    folded = unicodedata.normalize("NFKD", text[:2000]).casefold()
    kept = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"['’‘`´]", "", re.sub(r"[^\S\n]+", " ", kept)).strip()


def _sounds_like_stop(words: str) -> bool:
    meant = _NEGATED.sub(" ", words)
    return bool(_is_little_else(meant) or _REQUESTS.search(meant))


def _is_little_else(words: str) -> bool:
    """A keyword with nothing but politeness around it."""
    said = re.findall(r"\w+", words.replace("opt out", "optout").replace("opt-out", "optout"))
    if not said or len(said) > _LONGEST_REQUEST:
        return False
    kinds = {"core" if w in _CORE else "asked" if w in _CORE_IF_ASKED else w for w in said}
    rest = kinds - _FILLERS
    return rest == {"core"} or (rest == {"asked"} and bool(kinds & {"please", "pls", "plz"}))
