"""Outbound proxies: the choice of one for each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxies by the scheme of the requested address; empty is none. Their addresses may hold passwords.

    `exempt` is in the form of NO_PROXY: names of hosts and domains, addresses and networks (10.0.0.0/8), separated by
    commas or spaces, or `*`.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    exempt: str = ""

    def for_url(self, url: str) -> str | None:
        """Return the proxy for a request, None for a direct one; requests to this machine are always direct."""
        parts = urlsplit(url)
        proxy = self.https if parts.scheme == "https" else self.http
        host = parts.hostname or ""
        if not proxy or is_loopback(host):
            return None
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:  # the request itself will report it
            return proxy
        return None if self._exempts(host, f"{host}:{port}", f"[{host}]:{port}", f"[{host}]") else proxy

    def _exempts(self, host: str, *spellings: str) -> bool:
        """Return whether a host, with or without its port, is named or is in a domain or network that is."""
        names = [name.lower().lstrip("*").lstrip(".") for name in self.exempt.replace(",", " ").split()]
        hosts = [spelling.lower() for spelling in (host, *spellings)]
        if any(not name or spelling == name or spelling.endswith(f".{name}") for name in names for spelling in hosts):
            return True
        return any("/" in name and _is_within(host, name) for name in names)


NO_PROXIES = Proxies()


def _is_within(host: str, network: str) -> bool:
    """Return whether a host is written as an address of a network."""
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether a host is written as this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def proxy_address(value: str) -> str:
    """Return the address of a proxy, with http:// if it has no scheme; ValueError if it is not one."""
    text = value.strip()
    if text and "://" not in text:
        text = f"http://{text}"
    parts = urlsplit(text)
    _ = parts.port
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("not an http(s) proxy")
    return text
