"""The client of the CarrierX Core API."""

from collections.abc import Callable, Mapping

from portal.core_api.access_control import AccessControl
from portal.core_api.batch import BatchTasks
from portal.core_api.billing_method import BillingMethods
from portal.core_api.calls import Calls
from portal.core_api.countries import Countries
from portal.core_api.did_groups import DidGroups
from portal.core_api.endpoints import Endpoints
from portal.core_api.external_dids import ExternalDids
from portal.core_api.invoices import Invoices
from portal.core_api.lookup import Lookup
from portal.core_api.oauth import OAuth, OAuthClient
from portal.core_api.partners import Partners
from portal.core_api.phonenumbers import PhoneNumbers
from portal.core_api.prefixes import Prefixes
from portal.core_api.rates import Rates
from portal.core_api.short_codes import ShortCodes
from portal.core_api.transport import Call, Credentials, Gate, Limits, Transport
from portal.core_api.trunk_groups import TrunkGroups
from portal.core_api.types import Partner


class CoreApi:
    """One upstream under one token. Long-lived and thread-safe: make one per process and keep it.

    `headers` is called for every call and returns what goes along (`X-Request-ID`, `X-Acting-User`);
    `on_call` gets a `Call` after every attempt; `gate` is entered with the method around every call, and
    may refuse it. Times are seconds: `connect_timeout` and `read_timeout` for each wait, `deadline` for a
    whole call with its retries, however slowly bytes drip in.
    `client_id` and `client_secret` are our registration with the OAuth service: needed to issue and revoke
    tokens, and for nothing else. `ca_bundle` (a path) and `proxy` (a URL) are never taken from the
    environment.
    Every method raises what `errors.py` draws, and ValueError for what it would be wrong to send.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        headers: Callable[[], Mapping[str, str]] | None = None,
        on_call: Callable[[Call], None] | None = None,
        gate: Gate | None = None,
        connect_timeout: float = 3,
        read_timeout: float = 8,
        deadline: float = 15,
        ca_bundle: str = "",
        proxy: str = "",
        client_id: str = "",
        client_secret: str = "",
    ) -> None:
        self._transport = Transport(
            url,
            Credentials({"Authorization": f"Bearer {token}"}, secret=token),
            Limits(connect_timeout, read_timeout, deadline),
            headers=headers,
            on_call=on_call,
            gate=gate,
            ca_bundle=ca_bundle,
            proxy=proxy,
        )
        self.phonenumbers = PhoneNumbers(self._transport)
        self.external_dids = ExternalDids(self._transport)
        self.did_groups = DidGroups(self._transport)
        self.prefixes = Prefixes(self._transport, "/phonenumber/prefixes")
        self.lrn_prefixes = Prefixes(self._transport, "/phonenumber/lrn_prefixes")
        self.short_codes = ShortCodes(self._transport)
        self.trunk_groups = TrunkGroups(self._transport)
        self.endpoints = Endpoints(self._transport)
        self.access_control = AccessControl(self._transport)
        self.batch = BatchTasks(self._transport)
        self.calls = Calls(self._transport)
        self.rates = Rates(self._transport)
        self.lookup = Lookup(self._transport)
        self.countries = Countries(self._transport)
        self.invoices = Invoices(self._transport)
        self.partners = Partners(self._transport)
        self.billing_methods = BillingMethods(self._transport)
        self.oauth = OAuth(self._transport, OAuthClient(client_id, client_secret))

    def __repr__(self) -> str:
        return f"<CoreApi {self._transport!r}>"

    def whoami(self) -> Partner:
        """The partner our token belongs to."""
        return self.oauth.whoami()

    def close(self) -> None:
        """Let go of all connections."""
        self._transport.close()
