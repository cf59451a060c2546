"""The same number of ours at seven.io, and the same server in its place, as the outbox tests'."""

from tests.messaging.outbox.conftest import sales, server, text

__all__ = ["sales", "server", "text"]
