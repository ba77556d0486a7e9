"""Outbound proxies: which one a request goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxies by the scheme of the address that is asked; empty is none. Their addresses may hold passwords.

    `exempt` is in the form of NO_PROXY: names of hosts and domains, separated by commas, or `*`.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    exempt: str = ""

    def for_url(self, url: str) -> str | None:
        """Return the proxy for a request, None for a direct one; this machine is always asked directly."""
        parts = urlsplit(url)
        proxy = self.https if parts.scheme == "https" else self.http
        host = parts.hostname or ""
        if not proxy or is_loopback(host):
            return None
        return None if self._exempts(host, parts.netloc.rpartition("@")[2]) else proxy

    def _exempts(self, *spellings: str) -> bool:
        """Tell whether a host, with or without its port, is named or is in a domain that is."""
        names = [name.strip().lower().lstrip("*").lstrip(".") for name in self.exempt.split(",") if name.strip()]
        hosts = [host.lower() for host in spellings]
        return any(not name or host == name or host.endswith(f".{name}") for name in names for host in hosts)


NO_PROXIES = Proxies()


def is_loopback(host: str) -> bool:
    """Tell whether a host is written as this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def proxy_address(value: str) -> str:
    """Return the address of a proxy, with http:// where no scheme stands; ValueError for what is none."""
    text = value.strip()
    if text and "://" not in text:
        text = f"http://{text}"
    parts = urlsplit(text)
    _ = parts.port
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("not an http(s) proxy")
    return text
