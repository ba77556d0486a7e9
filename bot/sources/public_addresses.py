"""Addresses of the public internet, and sockets that connect only to these."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

# NAT64 and 6to4 carry an IPv4 address inside, which must be public too.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The public internet is allotted from 2000::/3 (RFC 4291); fec0::/10 and everything else outside it is not public.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Within that range, but not public: documentation (RFC 9637) and the former relays of 6to4 (RFC 7526).
_SET_APART = (ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.88.99.0/24"))


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet; addresses embedded in IPv6 are checked as well."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        inner = ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip not in _GLOBAL_UNICAST or (inner is not None and not is_public(str(inner))):
            return False
    if any(ip in network for network in _SET_APART):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


class NotPublic(OSError):
    """The resolved address is not public. Raised when connecting, so every address of a name is checked."""


def public_socket(address: Any) -> socket.socket:
    """Make a socket for a resolved address, or raise NotPublic: also for literal addresses, redirects and rebinding."""
    family, kind, protocol, _, target = address
    if not is_public(target[0]):
        raise NotPublic("not a public address")
    return socket.socket(family, kind, protocol)
