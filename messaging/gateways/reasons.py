"""
Why a text did not arrive: one vocabulary for all gateways, at most 24 characters a word.

The word is stored and compared; the sentence is what people read. The gateway's own code and words
are kept beside it for whoever needs them.
"""

UNSAID = "unsaid"  # where there is no reason, or a word that is none of these
UNSAID_SENTENCE = "The gateway gave no reason."
SENTENCES = {
    # the text or its recipient
    "invalid_number": "The recipient's number is not valid.",
    "invalid_sender": "The gateway does not let this number or name send.",
    "empty_text": "The text is empty or cannot be read.",
    "too_long": "The text is too long for the gateway.",
    "opted_out": "The recipient has opted out of texts.",
    "blocked": "The recipient or the carrier blocks texts from this number.",
    "spam": "The carrier took the text for spam.",
    "no_route": "The gateway has no way to reach this number.",
    "absent": "The recipient's phone could not be reached.",
    "busy": "The line was busy.",
    "no_answer": "Nobody answered the call.",
    "no_such_channel": "The gateway does not carry messages of this kind from this number.",
    "cannot_schedule": "The gateway cannot send at a later time by itself.",
    "rejected": "The gateway rejected the text.",
    "undelivered": "The carrier could not deliver the text.",
    "expired": "The text could not be sent or delivered in time.",
    "cancelled": "The text was cancelled before it was sent.",
    "replied": "They answered first, so the text was not sent.",
    "merged": "Two contacts became one, and the other gets the same text at that time.",
    # our account
    "unauthorised": "The gateway does not accept our credentials.",
    "forbidden": "Our account may not do this at the gateway.",
    "ip_refused": "The gateway does not accept requests from our address.",
    "no_credit": "The account at the gateway has run out of credit.",
    "switched_off": "Sending is switched off.",
    # not now
    "throttled": "The gateway asks us to slow down.",
    "daily_limit": "The limit of texts for one day has been reached.",
    "monthly_limit": "The limit of texts for one month has been reached.",
    "paused": "Its broadcast is paused.",
    "broadcast_stopped": "Its broadcast was stopped.",
    "turn": "Texts of broadcasts leave its number one after the other.",
    "quiet_hours": "It is a quiet hour where the recipient lives.",
    "unreachable": "The gateway could not be reached.",
    "refused_together": "The gateway refused it together with others, so it goes alone.",
    "refused_beside": "The gateway refused another text of the same request, so it goes without.",
    "lease_too_short": "We were held up before the text could be sent.",
    # nobody knows
    "duplicate": "The gateway has had this very text a moment ago.",
    "timeout": "The gateway did not answer in time.",
    "connection_lost": "The connection broke before the gateway answered.",
    "gateway_error": "The gateway reported an error of its own.",
    "unreadable_answer": "The gateway's answer could not be understood.",
    "interrupted": "We were interrupted while the text was being sent.",
}
