"""The entry of the `jarchi` command: installs the stop signals, then loads the command line."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from bot.stop import signals

# Commands that run until they are stopped: a stop signal is their normal end.
_SERVERS = (["run"], ["demo"])


def main() -> None:
    """Run the command line with the program's arguments."""
    signals.install(clean=sys.argv[1:2] in _SERVERS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # On a terminal without UTF-8, characters outside of its encoding are printed as escapes.
            stream.reconfigure(errors="backslashreplace")
    from bot.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
