"""Scripted faults: failures that the next calls of a method get instead of a normal answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.demo.telegram.wire import ApiError

Kind = Literal["error", "drop before", "drop after", "hang", "garble", "result"]


@dataclass(slots=True)
class Fault:
    """One fault for the next `times` calls of a method (to one chat, if given)."""

    kind: Kind
    method: str
    chat_id: int | None = None
    times: int = 1
    error: ApiError | None = None
    seconds: float = 0.0
    status: int = 502
    result: Any = None


class Faults:
    """The scripted faults, used in the order in which they were added."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault. Raises ValueError for fewer than one time."""
        if fault.times < 1:
            raise ValueError("times must be at least 1")
        self.pending.append(fault)

    def take(self, method: str, chat_id: object) -> Fault | None:
        """Return the fault for a call and count it as used; None if there is none."""
        if not self.pending:
            return None
        for fault in self.pending:
            if fault.method.lower() == method.lower() and fault.chat_id in (None, chat_id):
                fault.times -= 1
                if fault.times == 0:
                    self.pending.remove(fault)
                return fault
        return None
