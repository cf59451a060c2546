"""
What the gateways' own APIs understand, served by us: whoever texts through one of them texts
through us by changing the address and the key. A module speaks one dialect; `door` lets callers
in, and `texting` of the app is the one way out, so that consent, limits and history hold.
docs/api.md is for those who call.
"""
