"""Where IP addresses are: a small table of well-known networks.

The ranges kept for documentation are placed too, so that examples and tests have addresses that
belong to nobody. Everything else is unknown.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network


@dataclass(frozen=True)
class Place:
    """Where a network is; `country_code` is ISO 3166-1 alpha-3."""

    country_code: str
    city: str
    region: str | None
    state: str | None


_NETWORKS = {
    ip_network(network): place
    for network, place in {
        "2.0.0.0/12": Place("FRA", "Bordeaux", "Nouvelle-Aquitaine", None),
        "8.8.4.0/24": Place("USA", "Mountain View", None, "CA"),
        "8.8.8.0/24": Place("USA", "Mountain View", None, "CA"),
        "9.9.9.0/24": Place("USA", "Berkeley", None, "CA"),
        "80.67.169.0/24": Place("FRA", "Paris", "Île-de-France", None),
        "128.32.0.0/16": Place("USA", "Berkeley", None, "CA"),
        "129.16.0.0/16": Place("SWE", "Göteborg", "Västra Götaland", None),
        "131.111.0.0/16": Place("GBR", "Cambridge", "England", None),
        "160.45.0.0/16": Place("DEU", "Berlin", "Berlin", None),
        "162.251.180.0/22": Place("USA", "Long Beach", None, "CA"),
        "192.0.2.0/24": Place("USA", "New York", None, "NY"),
        "198.51.100.0/24": Place("SWE", "Stockholm", "Stockholm", None),
        "203.0.113.0/24": Place("AUS", "Sydney", "New South Wales", None),
        "2001:4860::/32": Place("USA", "Mountain View", None, "CA"),
        "2001:db8::/32": Place("DEU", "Berlin", "Berlin", None),
    }.items()
}


def place_of(address: IPv4Address | IPv6Address) -> Place | None:
    """The place of the smallest known network this address is in; None when it is in none."""
    found = [network for network in _NETWORKS if address.version == network.version and address in network]
    return _NETWORKS[max(found, key=lambda network: network.prefixlen)] if found else None
