"""Output of the commands: JSON lines on standard output, progress bars on standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


def json_option(help_text: str) -> Callable[[Any], Any]:
    """Return the option `--json`, which arrives as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help=help_text)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


class StepBar:
    """A bar of steps on standard error, on a terminal only; it leaves nothing behind.

    It is drawn by `shown()` only, so that nothing is printed to standard output while it is on the screen.
    """

    def __init__(self, steps: int, *, hidden: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            redirect_stdout=False,
            disable=hidden or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=steps)

    @contextmanager
    def shown(self, name: str) -> Iterator[None]:
        """Draw the bar for the length of a block, with the name of the current step."""
        self._bar.update(self._task, description=name)
        self._bar.start()
        try:
            yield
        finally:
            self._bar.stop()

    def advance(self, name: str = "") -> None:
        """Count a step, with the name of the finished one."""
        self._bar.update(self._task, advance=1, description=name)


@contextmanager
def named_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function of (name, done, total) that draws one bar for each name, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bars: dict[str, Any] = {}

        def update(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name, total=total)
            progress.update(bars[name], completed=done)

        yield update
