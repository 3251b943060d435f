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


PLANTED_ACCESS = "8bfd6c6d-6291-488a-planted-access"
PLANTED_REFRESH = "ed07dcd6-dfc5-4d7b-planted-refresh"
TOKEN_SID = "b3f45e4d-7d46-467b-9724-272f57ac420e"
ISSUED = {
    "access_token": PLANTED_ACCESS,
    "client_id": "5c7965f285344165b003ce1a3202e589",
    "date_created": "2026-09-11T13:46:42.211Z",
    "date_expiration_access_token": "2026-12-10T13:46:42.169Z",
    "date_expiration_refresh_token": "2026-12-10T13:46:42.169Z",
    "date_last_accessed": None,
    "ip_last_accessed": None,
    "name": "reports",
    "partner_sid": PARTNER["partner_sid"],
    "refresh_token": PLANTED_REFRESH,
    "scopes": ["phonenumber.read"],
    "token_sid": TOKEN_SID,
    "token_type": "bearer",
}
CALL = {
    "date_insert": "2026-01-18T15:35:03.000Z",
    "date_start": "2026-01-18T15:32:15.589Z",
    "date_stop": "2026-01-18T15:32:19.839Z",
    "date_talk": "2026-01-18T15:32:16.535Z",
    "direction": "inbound",
    "dr_sid": "c02a73b2-8401-459a-af7e-f4cc3eee7854",
    "duration": "4.25015",
    "duration_billing": "60",
    "number_billing": "15162065451",
    "number_dst": "15162065451",
    "number_external": "15012678830",
    "number_src": "+15012678830",
    "partner_sid": PARTNER["partner_sid"],
    "price": "0.0025",
    "rate": "0.0005",
    "type": "telecom",
    "user_data": {"identity": "eyJ0"},
}


def call(dr_sid, stop, **changes):
    return {**CALL, "dr_sid": dr_sid, "date_stop": stop, **changes}
