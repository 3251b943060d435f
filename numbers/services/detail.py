"""One number: what the mirror knows at once, what the Core API says behind it."""

from dataclasses import dataclass

from django.utils import timezone

from numbers.models import DidGroup, Number, TrunkGroup
from partners.models import Partner
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.models import AuditEntry
from portal.sentences import sentence
from portal.upstream import core_api


@dataclass(frozen=True)
class Detail:
    """A number with the names of what it is joined to; empty where it is joined to nothing."""

    number: Number
    holder: str
    trunk_group: str
    did_group: str
    history: list[AuditEntry]
    trouble: str = ""
    gone: bool = False


def number_detail(phonenumber: str, *, trouble: str = "", gone: bool = False) -> Detail:
    """From the mirror alone. Raises `Number.DoesNotExist`."""
    number = Number.objects.get(phonenumber=phonenumber)
    return Detail(
        number=number,
        holder=_name(Partner, number.partner_sid),
        trunk_group=_name(TrunkGroup, number.did.trunk_group_sid),
        did_group=_name(DidGroup, number.did.did_group_sid),
        history=audit.history(phonenumber),
        trouble=trouble,
        gone=gone,
    )


def number_refresh(phonenumber: str) -> Detail:
    """The same, after asking the Core API once; without an answer, what we have, with `trouble`.

    A number the Core API no longer lists leaves the mirror and comes back marked `gone`.
    Raises `Number.DoesNotExist` when we never had it.
    """
    number, as_of = Number.objects.get(phonenumber=phonenumber), timezone.now()
    try:
        Number.upsert([core_api().phonenumbers.get(number.did_sid)], as_of=as_of)
    except NotFound:
        detail = number_detail(phonenumber, gone=True)
        Number.objects.filter(did_sid=number.did_sid, synced_at__lte=as_of).delete()
        return detail
    except CoreApiError as error:
        return number_detail(phonenumber, trouble=sentence(error))
    return number_detail(phonenumber)


def number_adopt(phonenumber: str) -> bool:
    """Take a number into the mirror that is ours upstream but not yet here; one call, no raise."""
    as_of = timezone.now()
    try:
        did = core_api().phonenumbers.find(phonenumber)
    except CoreApiError:
        return False
    if did is not None:
        Number.upsert([did], as_of=as_of)
    return did is not None


def _name(model: type[Partner] | type[TrunkGroup] | type[DidGroup], sid: str | None) -> str:
    if not sid:
        return ""
    row = model.objects.filter(pk=sid).only("name").first()
    return row.name if row else sid
