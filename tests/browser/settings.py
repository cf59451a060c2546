"""The product's own settings; only the collected static files lie elsewhere."""

import os
from pathlib import Path

from smscrm.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
