"""The events partners can hear of, and what they are told (Core API §1.11).

The documents give a payload for messages only, and say that otherwise it is the object affected.
"""

from datetime import datetime
from typing import Any

from sandbox.api.objects import DID
from sandbox.callbacks import queue
from sandbox.dates import iso
from sandbox.models import Did, DidGroup, ExternalDid, MessageRecord, Messaging, Partner, ShortCode, new_sid

MESSAGING_FIELDS = (
    "campaign_external_id", "campaign_sid", "did_sid", "enabled", "p2p_nnid", "status", "type"
)  # fmt: skip


def order_completed(did_sid: str) -> None:
    """An external number is the partner's now: `phonenumber_order`, with the DID object."""
    rows = Did.objects.filter(did_sid=did_sid)
    partner = Partner.objects.filter(dids__in=rows).first()
    if partner is not None:
        queue("phonenumber_order", partner, DID.read(rows, DID.chosen("", ""))[0])


def messaging_changed(partner_sid: str | None, row: Messaging) -> None:
    """Messaging came to be enabled, disabled or failed: `phonenumber_messaging_update`."""
    partner = Partner.objects.filter(partner_sid=partner_sid).first()
    if partner is not None:
        queue("phonenumber_messaging_update", partner, messaging_object(row))


def messaging_object(row: Messaging) -> dict[str, Any]:
    """Messaging as the Core API tells it (§2.1.6)."""
    return {name: getattr(row, "number_sid" if name == "did_sid" else name) for name in MESSAGING_FIELDS}


def message(
    number: Did | ExternalDid | ShortCode, *, inbound: bool, other: str, text: str, moment: datetime
) -> dict[str, Any]:
    """A message came or went: `sms`. The number's own address hears of it, its group's, or the partner's."""
    own = number.short_code if isinstance(number, ShortCode) else number.phonenumber
    told = {
        "date_created": iso(moment),
        "date_status_changed": iso(moment),
        "direction": "inbound" if inbound else "outbound",
        "from_did": other if inbound else own,
        "mcc": None,
        "message": text,
        "message_segments": _segments(text),
        "message_sid": new_sid(),
        "mnc": None,
        "partner_sid": number.partner_id,
        "price": "0.0075",
        "status": "received" if inbound else "sent",
        "to_did": own if inbound else other,
    }
    _keep(number, told, moment)
    group = DidGroup.objects.filter(did_group_sid=getattr(number, "did_group_id", None)).first()
    queue("sms", number.partner, told, number.callback_url, group and group.callback_url)
    return told


def _keep(number: Did | ExternalDid | ShortCode, told: dict[str, Any], moment: datetime) -> None:
    """The message's detail record."""
    source, target = told["from_did"], told["to_did"]
    own, other = (target, source) if told["direction"] == "inbound" else (source, target)
    MessageRecord.objects.create(
        world_id=number.world_id,
        partner_id=number.partner_id,
        direction=told["direction"],
        date_insert=moment,
        date_sent=moment,
        message=told["message"],
        message_segments=told["message_segments"],
        number_billing=own,
        number_external=other,
        number_src=source,
        number_dst=target,
        price=told["price"],
        status=told["status"],
    )


def _segments(text: str) -> int:
    """Parts a text is sent in: a joined part has less room than a single one."""
    single, joined = (160, 153) if text.isascii() else (70, 67)
    return 1 if len(text) <= single else -(-len(text) // joined)
