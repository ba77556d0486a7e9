"""The environment of the programs that tests start."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAtesttesttesttesttesttesttest"


def environment(folder: Path, **values: str) -> dict[str, str]:
    """Return the environment of a program: no settings of this machine, and no server that can be reached."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.fspath(ROOT),
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "DATABASE_URL": f"sqlite:///{folder / 'x.db'}",
        "HTTP_PORT": "0",
        "BANKS": "",
        "OFFERS": "",
        "GOLD": "",
        "POLICY": "",
        **values,
    }
