"""Audit requirements.lock for known vulnerabilities: exit 1 if one is found, 0 if not or not reachable.

If the advisory service does not answer, pip-audit skips the package and reports no known vulnerability; this script
counts the packages that were really checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

# Without a network pip-audit retries for a long time; this is the limit in seconds.
TIMEOUT_SECONDS = 120
COMMAND = ("pip_audit", "--requirement", "requirements.lock", "--require-hashes", "--disable-pip", "--format", "json")


def verdict(report: str) -> tuple[int, str]:
    """Return the exit code and one or more lines for pip-audit's JSON report; an empty text is no report."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    found = [_line(package, one) for package in packages for one in package.get("vulns", ())]
    if found:
        return 1, "\n".join(("audit: known vulnerabilities", *found))
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    audited = len(packages) - len(skipped)
    if not audited:
        return 0, "audit: NOT DONE, the advisory service cannot be reached from here"
    left = f"; not known to the advisory service: {', '.join(skipped)}" if skipped else ""
    return 0, f"audit: {audited} packages without a known vulnerability{left}"


def _line(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


def main() -> int:
    """Run pip-audit and print its verdict."""
    command = [sys.executable, "-m", *COMMAND, "--progress-spinner", "off"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
        report = ran.stdout
    except subprocess.TimeoutExpired:
        report = ""
    code, words = verdict(report)
    print(words)
    return code


if __name__ == "__main__":
    sys.exit(main())
