"""Stop signals: SIGTERM, SIGINT (Ctrl-C) and SIGHUP (the terminal is gone) end a process at every moment of its life.

The handlers are installed before anything slow is imported: the kernel drops a signal without a handler if the process
is the first of its container (PID 1). This module therefore imports next to nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A shell gives a process that a signal ended this status plus the signal's number.
SIGNAL_STATUS = 128


class StopSignals:
    """Ends the process at once, or calls what ends it in an orderly way while somebody has said what that is.

    `asked` is the number of the first signal, 0 before. A signal that the parent process has us ignore stays ignored
    (`nohup jarchi run`).
    """

    def __init__(self) -> None:
        self.asked = 0
        self._clean = False
        self._stop: Callable[[], object] | None = None

    def install(self, *, clean: bool = False) -> None:
        """Install the handlers. `clean`: a stop is what the command is meant to end with, so its status is 0."""
        self._clean = clean
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    @contextmanager
    def installed(self, *, clean: bool = False) -> Iterator[None]:
        """Have the handlers for the length of a block; nothing is done where the program has installed them."""
        before = {number: signal.getsignal(number) for number in SIGNALS}
        if self._on_signal in before.values() or threading.current_thread() is not threading.main_thread():
            yield
            return
        self.install(clean=clean)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.asked, self._clean = 0, False

    def call(self, stop: Callable[[], object] | None) -> None:
        """Call this at the first signal from now on; None: end at once, for nothing is open."""
        self._stop = stop

    @property
    def status(self) -> int:
        """The exit status after a signal; 0 without one."""
        return 0 if self._clean or not self.asked else SIGNAL_STATUS + self.asked

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        insists = number == self.asked == signal.SIGINT and not self._clean
        self.asked = self.asked or number
        if self._stop is None or insists:
            self.end("stopped")
        self._stop()

    def end(self, words: str) -> NoReturn:
        """End the process at once with a line on standard error; open transactions are undone as after a kill."""
        show_cursor = "\x1b[?25h" if os.isatty(2) else ""  # a progress bar hides it
        os.write(2, f"{show_cursor}{words}\n".encode())
        os._exit(self.status)


signals = StopSignals()
