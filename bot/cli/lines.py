"""Files as commands read them, line by line, whatever the length of a line."""

from __future__ import annotations

from collections.abc import Iterator

import click


def lines_of(file: str, longest: int) -> Iterator[tuple[bytes, bool]]:
    """Yield each line of a file (`-`: standard input), at most so many bytes of it, and whether it is longer."""
    with click.open_file(file, "rb") as lines:
        while line := lines.readline(longest):
            ends, longer = line.endswith(b"\n"), False
            while not ends and (rest := lines.readline(longest)):
                ends, longer = rest.endswith(b"\n"), True
            yield line, longer
