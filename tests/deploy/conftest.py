"""A sandbox in which the documented steps run for real."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.deploy.sandbox import ROOT, Sandbox, missing, sandbox


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with this checkout, as cloned, in /opt/jarchi; skipped with the reason where none can be made."""
    if reason := missing():
        pytest.skip(reason)
    with sandbox() as made:
        files = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        named = subprocess.run(files, capture_output=True, check=True).stdout.decode()
        made.run(
            f"mkdir /opt/jarchi && tar -C {ROOT} --null -T - -c --ignore-failed-read | tar -C /opt/jarchi -x",
            given=named,
        )
        yield made
