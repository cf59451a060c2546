"""
How a gateway fails, sorted by what the sender must do next:

* GatewayError
  - HeldUp            never tried, by our own fault: try again at once
  - Unreachable       never got there: try again later
  - Throttled         not now: try again later
  - OutcomeUnknown    may have been sent: never try again by itself
  - Refused           will never be sent: tell the author
  - RefusedTogether   refused because of a text beside it: try again without that
  - Misconfigured     our account or settings: tell the operator
* WebhookRejected     a webhook that is not the provider's, or not readable
* NotSupported        this gateway has no such thing
"""

from messaging.gateways.base import Exchange
from messaging.gateways.reasons import SENTENCES


class GatewayError(Exception):
    """
    A text was not handed over. reason: a word of `reasons`; code, detail: the gateway's own words,
    without credentials; exchange: the request and its answer, if it came to one.

    Its text never holds the gateway's words, which may quote a text or a phone: it is safe to log.
    """

    def __init__(
        self, reason: str, *, code: str = "", detail: str = "", exchange: Exchange | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.detail = detail
        self.exchange = exchange

    def __str__(self) -> str:
        return SENTENCES.get(self.reason, self.reason) + (f" [{self.code}]" if self.code else "")


class HeldUp(GatewayError):
    """We were too late to try: the gateway had no part in it."""


class Unreachable(GatewayError):
    """Not one byte of the request was written."""


class Throttled(GatewayError):
    """Not sent, and nothing wrong with it. retry_after: seconds, None if the gateway gave none."""

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        code: str = "",
        detail: str = "",
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(reason, code=code, detail=detail, exchange=exchange)
        self.retry_after = retry_after


class OutcomeUnknown(GatewayError):
    """The gateway may or may not have sent it."""


class Refused(GatewayError):
    """The gateway will not send this text, however often it is asked."""


class RefusedTogether(GatewayError):
    """
    The gateway refused a whole request of several texts, and nothing shows that this one is to
    blame. "refused_together": any of them may be, so each is to go alone.
    """


class Misconfigured(GatewayError):
    """The gateway will send nothing of ours until a person steps in."""


class WebhookRejected(Exception):
    """
    Not the provider's, or not readable. quarantine: it came to the right address but its signature
    is wrong or missing: keep it, and answer so that the provider tries again.
    """

    def __init__(self, why: str, *, quarantine: bool = False) -> None:
        super().__init__(why)
        self.quarantine = quarantine


class NotSupported(Exception):
    """This gateway has no such thing, or cannot do it for this text."""


_KINDS: dict[type[GatewayError], str] = {
    HeldUp: "lease_too_short",
    Unreachable: "unreachable",
    Throttled: "throttled daily_limit",
    RefusedTogether: "refused_together refused_beside",
    Misconfigured: "unauthorised forbidden ip_refused no_credit switched_off",
    Refused: (
        "invalid_number invalid_sender empty_text too_long opted_out blocked spam no_route "
        "cannot_schedule rejected no_such_channel"
    ),
}
_KIND_OF = {reason: kind for kind, reasons in _KINDS.items() for reason in reasons.split()}


def failure(
    reason: str, *, code: str = "", detail: str = "", exchange: Exchange | None = None
) -> GatewayError:
    """The error a reason belongs to. Whatever is not surely something else is OutcomeUnknown."""
    kind = _KIND_OF.get(reason, OutcomeUnknown)
    return kind(reason, code=code, detail=detail, exchange=exchange)
