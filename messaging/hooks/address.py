"""
Where a webhook may go: into the Internet, never into the network this server stands in.

An address is judged twice: by `check` when somebody saves it, for a sentence, and by the
connection itself, for safety. There a name is resolved once, every address it leads to is judged,
and only those are connected to, so that a name which means something else a moment later gains
nothing. Host and TLS name stay as typed. Plain Python.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from messaging.gateways.deadline import Pool, TimedConnection, TimedTLSConnection, TLSPool
from messaging.gateways.deadline import Transport as TimedTransport

LONGEST = 500
Address = IPv4Address | IPv6Address

#: Refused whatever the settings say: link-local, where clouds answer with credentials, and what
#: they serve these at elsewhere (Azure, Alibaba, AWS over IPv6; read in their manuals, November
#: 2026); this host as "any address"; multicast and broadcast.
NEVER: list[IPv4Network | IPv6Network] = [
    *map(ip_network, ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32")),
    *map(ip_network, ("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "192.0.0.192/32")),
    *map(ip_network, ("fe80::/10", "fec0::/10", "fd00:ec2::/32", "::/128", "ff00::/8")),
]
#: Not the Internet, beside what Python's ipaddress knows (IANA's registries of special addresses).
PRIVATE: list[IPv4Network | IPv6Network] = [
    *map(ip_network, ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15")),
    *map(ip_network, ("240.0.0.0/4", "64:ff9b:1::/48", "100::/64", "2001::/23", "5f00::/16")),
]
NAT64 = ip_network("64:ff9b::/96")
COMPATIBLE = ip_network("::/96")  # IPv4 in the last 32 bits, as in ::127.0.0.1


class AddressRefused(ValueError):
    """Why a webhook may not go there: one plain sentence."""


class Unknown(AddressRefused):
    """There is no such name, or no name server that tells."""


def check(url: str, *, allow_private: bool = False) -> None:
    """
    Whether a webhook may go to this address now; the name is resolved. allow_private: also into
    networks of one's own and over http. Raises AddressRefused.
    """
    parts = split(url, allow_private=allow_private)
    host = parts.hostname or ""
    try:
        resolve(host, parts.port or 443, allow_private=allow_private)
    except (OSError, UnicodeError) as error:
        raise Unknown(f"There is no server called {host}.") from error


def split(url: str, *, allow_private: bool = False) -> SplitResult:
    """The parts of an address that is well formed, whatever it leads to. Raises AddressRefused."""
    if len(url) > LONGEST:
        raise AddressRefused(f"An address has at most {LONGEST} characters.")
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise AddressRefused("An address has neither spaces nor backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is no address: type one like https://example.com/hook.") from (
            error
        )
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise AddressRefused("This is no address: type one like https://example.com/hook.")
    if parts.scheme == "http" and not allow_private:
        raise AddressRefused("An address begins with https://: anybody on the way reads http://.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("An address holds neither a user name nor a password.")
    return parts


def resolve(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """
    The IP addresses of a host, which may be spelled as one, in any way the system reads: all of
    them may be connected to. Raises AddressRefused if one may not, OSError if there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    for one in addresses:
        judge(one, allow_private=allow_private)
    return addresses


def judge(address: str, *, allow_private: bool = False) -> None:
    """Raises AddressRefused for an IP address no webhook goes to."""
    try:
        told = ip_address(address.partition("%")[0])  # without the zone of a link-local one
    except ValueError as error:
        raise AddressRefused(f"{address} is no IP address.") from error
    for one in _meant(told):
        if _is_in(one, NEVER):
            raise AddressRefused("No webhook goes to this address: it leads to no public server.")
        if not allow_private and (not one.is_global or _is_in(one, PRIVATE)):
            raise AddressRefused(
                "No webhook goes to this address: it leads into a private network."
            )


def _meant(address: Address) -> list[Address]:
    """The address, and the IPv4 addresses that its IPv6 spelling leads to."""
    if isinstance(address, IPv4Address):
        return [address]
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        inner.append(last)
    carried = [one for one in inner if one is not None]
    outer = [] if address.ipv4_mapped or address in NAT64 else [address]
    return [*carried, *outer]


def _is_in(address: Address, networks: list[IPv4Network | IPv6Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


class _Public(TimedConnection):
    allow_private = False

    def _addresses(self) -> list[str]:
        return resolve(self._dns_host, self.port, allow_private=self.allow_private)


class _PublicTLS(_Public, TimedTLSConnection):
    pass


class _Any(_Public):
    allow_private = True


class _AnyTLS(_Any, TimedTLSConnection):
    pass


class _PublicPool(Pool):
    ConnectionCls = _Public


class _PublicTLSPool(TLSPool):
    ConnectionCls = _PublicTLS


class _AnyPool(Pool):
    ConnectionCls = _Any


class _AnyTLSPool(TLSPool):
    ConnectionCls = _AnyTLS


class Transport(TimedTransport):
    """requests' adapter that reaches the Internet only."""

    pools: ClassVar = {"http": _PublicPool, "https": _PublicTLSPool}


class PrivateTransport(Transport):
    """The same for networks of one's own too, and still not for what is never reached."""

    pools: ClassVar = {"http": _AnyPool, "https": _AnyTLSPool}
