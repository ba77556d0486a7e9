"""The sources of policy rates, one row each. A new one needs a module, a row here, and a captured answer as a test.

Its bank needs the dates of its decisions in bot/domain/policy_calendar/calendar.toml.
"""

from __future__ import annotations

from bot.sources.policy import cbr, nbk
from bot.sources.policy.source import PolicySource, PolicyTable, ask, next_poll

__all__ = ["POLICY", "PolicySource", "PolicyTable", "ask", "next_poll"]

_ROWS = (
    PolicySource("nbk_policy", "nbk", nbk.URL, nbk.read),
    PolicySource("cbr_policy", "cbr", cbr.URL, cbr.read, post=cbr.post),
)
POLICY = {source.bank: source for source in _ROWS}
