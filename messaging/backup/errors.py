"""Why a backup was not made or not restored."""


class BackupFailed(Exception):
    """One plain sentence for the operator."""
