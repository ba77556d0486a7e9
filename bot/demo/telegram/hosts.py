"""Addresses that the server listens on: only this machine, or the network as well."""

from __future__ import annotations

import ipaddress
import socket

# Reserved for documentation (RFC 5737, RFC 3849): no packet is sent, the system only chooses the address to send from.
_ELSEWHERE = {socket.AF_INET: ("192.0.2.1", 9), socket.AF_INET6: ("2001:db8::1", 9)}


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine only: a loopback address or the name localhost."""
    return host == "localhost" or ((ip := _parsed(host)) is not None and ip.is_loopback)


def is_any(host: str) -> bool:
    """Return whether a host stands for all addresses of this machine."""
    return (ip := _parsed(host)) is not None and ip.is_unspecified


def is_address(host: str | None) -> bool:
    """Return whether a host is an IP address, which unlike a name cannot be made to lead here by another site."""
    return _parsed(host) is not None


def own_address(host: str) -> str:
    """Return the address by which this machine reaches a bound host."""
    if not is_any(host):
        return host
    return "::1" if ":" in host else "127.0.0.1"  # the server takes only IPv6 on the host ::


def network_address(host: str) -> str:
    """Return the address by which other machines reach a bound host; without a network, the host itself."""
    if not is_any(host):
        return host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE[family])
        except OSError:
            return host
        return str(probe.getsockname()[0])


def url_host(host: str) -> str:
    """Return a host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _parsed(host: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host or "")
    except ValueError:
        return None
