"""Bodies in the documented shapes."""

NUMBER = {
    "active_capabilities": 4,
    "attributes": {},
    "callback_url": None,
    "campaign_sid": None,
    "capabilities": 7,
    "classification_sid": "17f4d954-d635-4cda-912b-c2a2fa3a6860",
    "country_code": "USA",
    "did_group_sid": None,
    "did_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794",
    "in_country_format": "(516) 206-5575",
    "international_format": "+1 516-206-5575",
    "lata": None,
    "locality": "NEW YORK",
    "lrn_sid": None,
    "name": "N/A",
    "ocn": "251F",
    "partner_sid": "e00430c3-a7d0-4666-ab5c-f7202448382f",
    "phonenumber": "15162065575",
    "porting_pin": None,
    "price": "0.6",
    "state": "NY",
    "status": "assigned",
    "string_key_1": None,
    "string_key_2": None,
    "transformations": [],
    "trunk_group_sid": None,
}
SID = NUMBER["did_sid"]
PARTNER = {"partner_sid": NUMBER["partner_sid"], "name": "CarrierX Main", "balance": "351.53"}


def number(phonenumber, **changes):
    return {**NUMBER, "phonenumber": phonenumber, "did_sid": f"sid-{phonenumber}", **changes}


def page(items, *, has_more=False, total=None, offset=0, limit=1000):
    return {
        "count": len(items),
        "has_more": has_more,
        "items": items,
        "limit": limit,
        "offset": offset,
        "pagination": {},
        "total": total,
    }


def envelope(message, *errors):
    """Envelope A of Core API §1.4; each error is (field, message)."""
    details = [{"field": field, "message": text, "reference_sid": None} for field, text in errors]
    return {"message": message, "errors": details}
