"""How a time zone is said to people."""


def city(zone: str) -> str:
    """New York, for America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")
