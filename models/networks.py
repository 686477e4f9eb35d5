"""IP addresses, as far as one household or office can choose among them."""

from ipaddress import IPv6Address, ip_address, ip_network

LONGEST = 64
NOWHERE = "nowhere"


def network(address: str) -> str:
    """An IPv4 address itself, written as IPv6 or not; of IPv6 the /64, of which anybody has 2^64 addresses.

    What is no address, such as that of a browser on the server itself, is a network of its own: NOWHERE.
    """
    try:
        found = ip_address(address[:LONGEST].strip(" []").partition("%")[0])
    except ValueError:
        return NOWHERE
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
