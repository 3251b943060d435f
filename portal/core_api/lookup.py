"""What is known about any number or address in the world (Core API §2.9)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.shape import Fields
from portal.core_api.transport import Transport, path_part


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLookup:
    """A number as the world knows it. What was not asked for, or is not known, is None."""

    phonenumber: str
    e164_format: str | None = None
    in_country_format: str | None = None
    international_format: str | None = None
    country_code: str | None = None
    state: str | None = None
    carrier_name: str | None = None
    carrier_type: str | None = None
    mcc: str | None = None
    mnc: str | None = None
    cnam: str | None = None
    cnam_type: str | None = None
    lrn: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "NumberLookup":
        fields = Fields(payload, "number lookup")
        details = Fields(fields.mapping("details"), "number lookup")
        carrier = Fields(details.mapping("carrier"), "carrier")
        cnam = Fields(details.mapping("cnam"), "CNAM")
        return cls(
            phonenumber=fields.required("phonenumber"),
            e164_format=fields.text("e164_format"),
            in_country_format=fields.text("in_country_format"),
            international_format=fields.text("international_format"),
            country_code=fields.text("country_code"),
            state=fields.text("state"),
            carrier_name=carrier.text("name"),
            carrier_type=carrier.text("type"),
            mcc=carrier.text("mcc"),
            mnc=carrier.text("mnc"),
            cnam=cnam.text("name") or None,
            cnam_type=cnam.text("type"),
            lrn=details.text("lrn"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an IP address is."""

    common_name: str | None = None
    iso_3166_alpha_2: str | None = None
    iso_3166_alpha_3: str | None = None
    city: str | None = None
    region: str | None = None
    state: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Place":
        fields = Fields(payload, "place")
        return cls(
            common_name=fields.text("common_name"),
            iso_3166_alpha_2=fields.text("iso_3166_alpha_2"),
            iso_3166_alpha_3=fields.text("iso_3166_alpha_3"),
            city=fields.text("city"),
            region=fields.text("region"),
            state=fields.text("state"),
            payload=fields.payload,
        )


class Lookup:
    """`api.lookup`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def number(
        self,
        phonenumber: str,
        *,
        carrier: bool = False,
        cnam: bool = False,
        lrn: bool = False,
        country_code: str = "",
        international: bool = False,
    ) -> NumberLookup:
        """What is known about a number, written in any way.

        `carrier`, `cnam` and `lrn` ask for more; each may cost money and needs a scope of its own
        (Forbidden). `country_code` (alpha-3) says whose number it is, `international` that it is not to be
        taken for a North American one. Invalid: no number fits. NotFound: not even the format does.
        """
        flags = {"carrier": carrier, "cnam": cnam, "lrn": lrn}
        params = {name: "true" for name, wanted in flags.items() if wanted}
        params |= {"country_code": country_code} if country_code else {}
        params |= {"guess": "e164"} if international else {}
        path = f"/lookup/dids/{path_part(phonenumber)}"
        return self._transport.request("GET", path, NumberLookup.parse, params=params)

    def ip(self, ip_address: str) -> Place:
        path = f"/lookup/ip_addresses/{path_part(ip_address)}"
        return self._transport.request("GET", path, Place.parse)
