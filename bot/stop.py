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
# Shells report this plus the signal's number as the status of a process that a signal ended.
SIGNAL_STATUS = 128


class StopSignals:
    """Ends the process at the first signal: by the function given to `call`, else at once.

    `received` is the number of the first signal, 0 before. Signals that the parent process ignores stay ignored
    (`nohup jarchi run`).
    """

    def __init__(self) -> None:
        self.received = 0
        self._clean = False
        self._stop: Callable[[], object] | None = None

    def install(self, *, clean: bool = False) -> None:
        """Install the handlers. `clean`: a stop is the normal end of the command, so its status is 0."""
        self._clean = clean
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    @contextmanager
    def installed(self, *, clean: bool = False) -> Iterator[None]:
        """Install the handlers for the length of a block, unless the program has installed them already."""
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
            self.received, self._clean = 0, False

    def call(self, stop: Callable[[], object] | None) -> None:
        """Set the function that the first signal calls; None: the signal ends the process at once."""
        self._stop = stop

    @property
    def status(self) -> int:
        """The exit status after a signal; 0 without one."""
        return 0 if self._clean or not self.received else SIGNAL_STATUS + self.received

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        insists = number == self.received == signal.SIGINT and not self._clean
        self.received = self.received or number
        if self._stop is None or insists:
            self.end("stopped")
        self._stop()

    def end(self, line: str) -> NoReturn:
        """End the process at once with a line on standard error; open transactions are rolled back as after a kill."""
        show_cursor = "\x1b[?25h" if os.isatty(2) else ""  # a progress bar hides it
        os.write(2, f"{show_cursor}{line}\n".encode())
        os._exit(self.status)


signals = StopSignals()
