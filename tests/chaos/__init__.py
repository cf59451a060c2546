"""
Kill everything at random while texts flow, then count them: `python -m tests.chaos`.

Real processes, a real database, a gateway of our own on 127.0.0.1 that writes down each text
before it answers. Nothing in the product knows of this; `apps.Hurried` only shortens its times.
"""
