"""This machine's own file system under an overlay, with a network of its own: what is done inside is gone afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
# A step builds a virtual environment or starts the program; on a busy machine that takes a while.
STEP_SECONDS = 200
PATH = "/stubs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Where a sandbox has this environment's packages: their own folder may be one that only root can enter.
PACKAGES = "/opt/packages"


def missing() -> str:
    """Return why no sandbox can be made here, or an empty text."""
    if os.geteuid() != 0:
        return "a sandbox needs root"
    tools = [tool for tool in ("unshare", "nsenter", "chroot", "runuser", "setpriv") if shutil.which(tool) is None]
    if tools:
        return f"missing: {', '.join(tools)}"
    overlay = "mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w /mnt/m && mount -t overlay o /mnt/m -o "
    overlay += "lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w"
    tried = subprocess.run(["unshare", "--mount", "--net", "sh", "-c", overlay], capture_output=True, text=True)
    return f"no overlay file system here: {tried.stderr.strip()}" if tried.returncode else ""


class Sandbox:
    """A root file system; `enter` is the command line that begins a process in it."""

    def __init__(self, enter: list[str]) -> None:
        self.enter = enter

    def run(
        self, script: str, *, check: bool = True, given: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script as root with bash, as if typed; `given` is its standard input."""
        ran = subprocess.run(
            [*self.enter, "bash", "-euo", "pipefail", "-c", script],
            input=given,
            capture_output=True,
            text=True,
            timeout=STEP_SECONDS,
            env={"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8"} | environment,
            start_new_session=True,  # without a terminal passwords are asked for on standard input
        )
        assert ran.returncode == 0 or not check, f"{script}\n{ran.stdout}{ran.stderr}"
        return ran

    def stub(self, *names: str) -> None:
        """Put commands first on the PATH that only write down how they were called, in /stubs/calls."""
        for name in names:
            body = f'#!/bin/sh\necho "{name} $*" >> /stubs/calls\n'
            self.run(f"mkdir -p /stubs && cat > /stubs/{name} && chmod 755 /stubs/{name}", given=body)

    def environment(self, folder: str) -> None:
        """Make a virtual environment that has this one's packages, instead of downloading the lock again."""
        site = f"{folder}/lib/python3.{sys.version_info.minor}/site-packages"
        self.run(f"{_python()} -m venv {folder} && echo {PACKAGES} > {site}/shared.pth")


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that lives as long as the block."""
    overlay = (
        "mount -t tmpfs -o size=1g tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root"
        " && mount -t overlay overlay /mnt/root -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work"
        " && mount --rbind /proc /mnt/root/proc && mount --rbind /dev /mnt/root/dev"
        f" && mkdir -p /mnt/root{PACKAGES} && mount --bind {_packages()} /mnt/root{PACKAGES}"
        " && { ip link set lo up || true; } && echo made && exec cat"
    )
    with subprocess.Popen(
        ["unshare", "--mount", "--net", "sh", "-c", overlay], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "made\n"
        inside = Sandbox(["nsenter", "-t", str(holder.pid), "--mount", "--net", "chroot", "/mnt/root"])
        # The interpreter may be in a home folder that other users cannot enter.
        inside.run("chmod 755 /root")
        yield inside
        holder.communicate()


def block(heading: str, number: int = 0) -> str:
    """Return an indented block of commands of docs/operations.md, by the heading above it and its number there."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = re.split(r"\n##+ ", text.partition(f"# {heading}\n")[2])[0]
    blocks = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", section, re.MULTILINE)
    return re.sub("^    ", "", blocks[number], flags=re.MULTILINE)


def _python() -> Path:
    """The interpreter that this virtual environment was made from."""
    return Path(sys.executable).resolve()


def _packages() -> Path:
    """The folder of this environment's packages."""
    return Path(yaml.__file__).parents[1]
