"""The container's health check, `python -m bot.web.probe`: exit 0 if /healthz answers 200, else 1 and one line.

It uses the standard library only, as it runs every 30 seconds, and no proxy: HTTP_PROXY is for outgoing requests.
"""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping

# The container's limit is 5 s; an answer takes milliseconds.
TIMEOUT_SECONDS = 4.0
DEFAULT_PORT = 8080
# Listening addresses that cannot be connected to, with the loopback address that reaches the server.
LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened at


def address(environment: Mapping[str, str]) -> tuple[str, int]:
    """Return the host and port of the server from HTTP_HOST and HTTP_PORT; ValueError if they name no port."""
    # Quotes as bot/config/values.py removes them, which loads more than the standard library.
    host, port_text = (environment.get(name, "").strip().strip("\"'") for name in ("HTTP_HOST", "HTTP_PORT"))
    port = int(port_text or DEFAULT_PORT)
    if not 0 < port < 2**16:
        raise ValueError("a health check needs HTTP_PORT to be a fixed port")
    return LOOPBACK.get(host, host), port


def problem(environment: Mapping[str, str]) -> str:
    """Request /healthz once; return what is wrong in one line, or an empty text."""
    try:
        host, port = address(environment)
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/healthz")
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return "" if status == http.HTTPStatus.OK else f"/healthz answers {status}"


if __name__ == "__main__":
    sys.exit(problem(os.environ) or 0)
