"""Messaging on a number, ours or another carrier's: switched here, carried out by upstream in its own time.

Source: Core API §2.1.6.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.shape import Fields
from portal.core_api.transport import Transport

TYPES = frozenset({"a2p", "p2p"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Messaging:
    """How messaging stands: `enabled` is what was last asked for, `status` what became of it.

    `status` is `disabled`, `in_progress` (for minutes), `enabled` or `failed`. `type` is `a2p` or `p2p`.
    """

    enabled: bool
    status: str
    did_sid: str | None = None
    type: str | None = None
    campaign_sid: str | None = None
    campaign_external_id: str | None = None
    p2p_nnid: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Messaging":
        fields = Fields(payload, "messaging")
        return cls(
            enabled=bool(fields.flag("enabled")),
            status=fields.required("status"),
            did_sid=fields.text("did_sid"),
            type=fields.text("type"),
            campaign_sid=fields.text("campaign_sid"),
            campaign_external_id=fields.text("campaign_external_id"),
            p2p_nnid=fields.text("p2p_nnid"),
            payload=fields.payload,
        )


def read_messaging(transport: Transport, path: str) -> Messaging:
    """NotFound for a number that can only do voice, as for one that is not ours."""
    return transport.request("GET", path, Messaging.parse)


def switch_messaging(
    transport: Transport,
    path: str,
    *,
    enabled: bool,
    type: str | None,  # noqa: A002  the documents' name for it
    campaign_sid: str | None,
    p2p_nnid: str | None,
    force: bool,
) -> Messaging:
    """ValueError for what upstream would have to guess at: a campaign belongs to a2p, an NNID to p2p."""
    if type is not None and type not in TYPES:
        raise ValueError("Messaging is of the type a2p or p2p.")
    if (campaign_sid and type == "p2p") or (p2p_nnid and type == "a2p") or (campaign_sid and p2p_nnid):
        raise ValueError("A campaign belongs to a2p messaging, an NNID to p2p messaging.")
    given = {"type": type, "campaign_sid": campaign_sid, "p2p_nnid": p2p_nnid}
    body = {"enabled": enabled, **{name: value for name, value in given.items() if value is not None}}
    params = {"force": "true"} if force else None
    return transport.request("POST", path, Messaging.parse, params=params, json=body)
