"""Who we are to the Core API (Core API §2.6)."""

from portal.core_api.transport import Transport
from portal.core_api.types import Partner


class OAuth:
    """`api.oauth`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def whoami(self) -> Partner:
        """The partner our token belongs to; needs no scope, so it also tells whether the token works."""
        return self._transport.request("GET", "/oauth/whoami", Partner.parse)
