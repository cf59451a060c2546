"""Browsers as people call them, by what they send as User-Agent."""

#: A word of the header, and whose it is; many send the words of those further down too.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def called(agent: str) -> str:
    """ "Chrome, Windows"; what nobody knows as it came."""
    known = [
        next((name for word, name in of.items() if word in agent), "") for of in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, known)) if known[0] else agent
