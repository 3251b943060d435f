"""Call detail records: what the carrier notes of one call (Core API §2.8)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from sandbox import rates

# Our switch and the other carrier's, from the ranges kept for documentation.
_SWITCH, _OTHER_SIDE = "192.0.2.10", "198.51.100.18"
_RINGING = timedelta(seconds=1)


class Detail(NamedTuple):
    """The columns of a call record that say what happened; whose call it was comes beside them."""

    direction: str
    date_start: datetime
    date_talk: datetime
    date_stop: datetime
    date_insert: datetime
    duration: Decimal
    duration_billing: Decimal
    number_src: str
    number_dst: str
    number_billing: str
    number_external: str
    rate: Decimal
    price: Decimal
    ip_src: str
    ip_dst: str
    sipcallid_src: str
    sipcallid_dst: str
    disconnect_originator: str
    trunk_group_sid_src: str | None
    trunk_group_sid_dst: str | None
    details: dict[str, Any]


def detail(
    *,
    inbound: bool,
    ours: str,
    other: str,
    start: datetime,
    stop: datetime,
    seconds: Decimal,
    trunk_group_sid: str | None,
) -> Detail:
    """A call between our number `ours` and `other` (digits); `seconds` is its exact length."""
    source, target = (other, ours) if inbound else (ours, other)
    cost = rates.cost(inbound=inbound, target=target, duration=seconds)
    outer, inner = f"{_OTHER_SIDE}:5060", f"{_SWITCH}:5060"
    return Detail(
        direction="inbound" if inbound else "outbound",
        date_start=start,
        date_talk=min(start + _RINGING, stop),
        date_stop=stop,
        date_insert=stop,
        duration=seconds,
        duration_billing=cost.seconds,
        number_src=source,
        number_dst=target,
        number_billing=ours,
        number_external=other,
        rate=cost.rate,
        price=cost.price,
        ip_src=outer if inbound else inner,
        ip_dst=inner if inbound else outer,
        sipcallid_src=_call_id(_OTHER_SIDE if inbound else _SWITCH),
        sipcallid_dst=_call_id(_SWITCH if inbound else _OTHER_SIDE),
        disconnect_originator="DST" if inbound else "SRC",
        trunk_group_sid_src=None if inbound else trunk_group_sid,
        trunk_group_sid_dst=trunk_group_sid if inbound else None,
        details=_rarer(inbound=inbound, source=source),
    )


def _call_id(host: str) -> str:
    return f"{uuid4().hex}@{host}"


def _rarer(*, inbound: bool, source: str) -> dict[str, Any]:
    """What the record has no column for; what is missing is null."""
    return {
        "codec_dst": "PCMU",
        "codec_src": "PCMU",
        "stir_attest": "A",
        "stir_identity": "true",
        "stir_orig_id": f"+{source}",
        "stir_signing_entity": "CarrierX",
        "stir_verstat": None if inbound else "TN-Validation-Passed",
    }
