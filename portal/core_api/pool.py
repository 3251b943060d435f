"""The client of the Phone Number API: numbers of a master account (MA_…) and its sub-accounts (SA_…).

A second protocol over the same world: other credentials, other paths, E.164 with a plus sign. Numbers are
accepted here with or without it. The casing of each path is the one current documents ask for.
Source: Phone Number API §3.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from portal.core_api.paging import Listing
from portal.core_api.pool_paging import LARGEST_PAGE, PoolPage, by_page, pool_page_of, pool_window
from portal.core_api.pool_sub_accounts import SubAccounts
from portal.core_api.pool_types import Balance, CancelledRelease, ForcedMove, PoolNumber, Release, Transaction
from portal.core_api.sending import instant
from portal.core_api.shape import about
from portal.core_api.transport import Call, Credentials, Gate, Limits, Transport, nothing, path_part

LARGEST_LEDGER_PAGE = 1000
_E164 = re.compile(r"[1-9][0-9]{6,14}")


class NumberApi:
    """One account of the Phone Number API. Long-lived and thread-safe, like `CoreApi` and with its options.

    A client with an admin's credentials may force an unassignment; give it an object of its own.
    """

    def __init__(
        self,
        *,
        url: str,
        auth_id: str,
        auth_token: str,
        headers: Callable[[], Mapping[str, str]] | None = None,
        on_call: Callable[[Call], None] | None = None,
        gate: Gate | None = None,
        connect_timeout: float = 3,
        read_timeout: float = 8,
        deadline: float = 15,
        ca_bundle: str = "",
        proxy: str = "",
    ) -> None:
        self._transport = Transport(
            url,
            Credentials({"X-Auth-ID": auth_id, "X-Auth-Token": auth_token}, secret=auth_token),
            Limits(connect_timeout, read_timeout, deadline),
            headers=headers,
            on_call=on_call,
            gate=gate,
            ca_bundle=ca_bundle,
            proxy=proxy,
        )
        self._auth_id = path_part(auth_id)
        self.sub_accounts = SubAccounts(self._transport, auth_id)

    def __repr__(self) -> str:
        return f"<NumberApi {self._auth_id} {self._transport!r}>"

    def close(self) -> None:
        """Let go of all connections."""
        self._transport.close()

    def numbers(
        self, *, page: int = 1, per_page: int = 25, search: str = "", include_subaccounts: bool = True
    ) -> PoolPage[PoolNumber]:
        """Numbers of the account, for a master account also those its sub-accounts hold (§3.2)."""
        params = pool_window(page, per_page)
        if search:
            params["search"] = search
        if not include_subaccounts:
            params["include_subaccounts"] = "false"
        read = pool_page_of(PoolNumber.parse)
        return self._transport.request("GET", f"/Account/{self._auth_id}/numbers", read, params=params)

    def iterate_numbers(self, *, search: str = "", include_subaccounts: bool = True) -> Listing[PoolNumber]:
        """Like `numbers`, all of them; see `Listing` for `complete`."""
        return by_page(
            lambda page: self.numbers(
                page=page, per_page=LARGEST_PAGE, search=search, include_subaccounts=include_subaccounts
            ),
            lambda number: number.e164,
        )

    def find(self, e164: str) -> PoolNumber | None:
        """The number with exactly these digits, ours or a sub-account's. None: there is none.

        There is no documented way to get a single one, so it is searched for.
        """
        wanted = f"+{_digits(e164)}"
        return next((n for n in self.iterate_numbers(search=wanted[1:]) if n.e164 == wanted), None)

    def inventory(
        self,
        *,
        country: str = "",
        search: str = "",
        exclude: Iterable[str] = (),
        page: int = 1,
        per_page: int = 25,
    ) -> PoolPage[PoolNumber]:
        """Numbers anyone may buy. `country` is ISO alpha-2, `exclude` prefixes with country code (§3.2)."""
        params = pool_window(page, per_page)
        given = {"country": country, "search": search, "exclude": ",".join(exclude)}
        params.update({name: value for name, value in given.items() if value})
        read = pool_page_of(PoolNumber.parse)
        return self._transport.request(
            "GET", f"/Account/{self._auth_id}/inventory/numbers", read, params=params
        )

    def assign(self, e164: str, sub_account_id: str) -> None:
        """Give a number of the parent pool to a sub-account (SA_…). NotFound for either (§3.5)."""
        self._transport.request(
            "POST", self._assignment(e164), nothing, json={"sub_account_id": sub_account_id}
        )

    def unassign(self, e164: str, *, force: bool = False) -> None:
        """Take a number back into the parent pool.

        CoolOffInEffect when it had a call within 15 days; `force` overrides that with an admin's
        credentials, and is Forbidden with any other (§3.5).
        """
        params = {"force": "true"} if force else None
        self._transport.request("DELETE", self._assignment(e164), nothing, params=params)

    def release(self, e164: str, *, immediate: bool = False) -> Release:
        """Give a number up. For 24 hours it can be cancelled, unless `immediate` (§3.4)."""
        path = f"/Account/{self._auth_id}/numbers/{_number_part(e164)}"
        params = {"immediate": "true"} if immediate else None
        return self._transport.request("DELETE", path, Release.parse, params=params)

    def cancel_release(self, e164: str) -> CancelledRelease:
        """Keep a number after all. Its routing does not come back. Invalid when it is not pending (§3.2)."""
        path = f"/account/{self._auth_id}/numbers/{_number_part(e164)}/cancel-release"
        return self._transport.request("POST", path, CancelledRelease.parse)

    def balance(self, currency: str = "USD") -> Balance:
        path = f"/Account/{self._auth_id}/balance/{path_part(currency)}"
        return self._transport.request("GET", path, about(Balance.parse, currency=currency))

    def transactions(
        self,
        *,
        page: int = 1,
        per_page: int = 50,
        since: datetime | None = None,
        until: datetime | None = None,
        reference_type: str = "",
        reference: str = "",
    ) -> PoolPage[Transaction]:
        """Movements of money, newest first; `since` and `until` are aware (§3.7)."""
        params = pool_window(page, per_page, largest=LARGEST_LEDGER_PAGE)
        given = {"reference_type": reference_type, "reference": reference}
        given |= {"from_date": instant(since)} if since else {}
        given |= {"to_date": instant(until)} if until else {}
        params.update({name: value for name, value in given.items() if value})
        read = pool_page_of(Transaction.parse, items="transactions")
        return self._transport.request("GET", f"/Account/{self._auth_id}/transactions", read, params=params)

    def iterate_transactions(
        self, *, since: datetime | None = None, until: datetime | None = None, reference_type: str = ""
    ) -> Listing[Transaction]:
        """Like `transactions`, all of them; see `Listing` for `complete`."""
        return by_page(
            lambda page: self.transactions(
                page=page,
                per_page=LARGEST_LEDGER_PAGE,
                since=since,
                until=until,
                reference_type=reference_type,
            ),
            lambda transaction: transaction.id,
        )

    def assignment_audit(
        self, e164: str | None = None, *, page: int = 1, per_page: int = 25
    ) -> PoolPage[ForcedMove]:
        """Upstream's record of forced unassignments, of one number or of all, newest first.

        §3.5 names the record and no way to read it: these addresses are the sandbox's. Elsewhere BadAnswer.
        """
        number = f"/numbers/{_number_part(e164)}" if e164 is not None else ""
        path = f"/account/{self._auth_id}{number}/assignment-audit"
        read = pool_page_of(ForcedMove.parse)
        return self._transport.request("GET", path, read, params=pool_window(page, per_page))

    def iterate_assignment_audit(self, e164: str | None = None) -> Listing[ForcedMove]:
        """Like `assignment_audit`, all of them; see `Listing` for `complete`."""
        return by_page(
            lambda page: self.assignment_audit(e164, page=page, per_page=LARGEST_PAGE), lambda move: move.id
        )

    def _assignment(self, e164: str) -> str:
        return f"/account/{self._auth_id}/numbers/{_number_part(e164)}/assign-subaccount"


def _digits(e164: str) -> str:
    digits = e164.removeprefix("+")
    if not _E164.fullmatch(digits):
        raise ValueError("A number is needed, as digits with its country code.")
    return digits


def _number_part(e164: str) -> str:
    return path_part(f"+{_digits(e164)}")
