"""The requests of the Core API's reference, in its order."""

from tests.sandbox import documented as doc
from tests.sandbox.living import CARD
from tests.sandbox.printed import CSV, HTML, NOTHING, PDF, Answer, Document

_core = Document("reference")
_DID = Answer(doc.DID)

_ENDPOINT = Answer(doc.ENDPOINT, inside={"addresses": doc.ADDRESS})
_ENDPOINTS = Answer(doc.ENDPOINT, listed="int", inside={"addresses": doc.ADDRESS})
_CONFERENCE = Answer(
    doc.ENDPOINT, inside={"properties": doc.PROPERTIES}, says={"name": "my_conf", "type": "conference"}
)
_PARTNER = Answer(doc.PARTNER)
_CONVENTIONS = [
    _core.get("find credentials of endpoints", "/endpoints", _ENDPOINTS, needs="endpoint_sid"),
    _core.post("a first request", "/endpoints", _CONFERENCE, body={"name": "my_conf", "type": "conference"}),
    _core.post("create a trunk", "/trunk_groups/{trunk_group_sid}/trunks", Answer(doc.TRUNK), body={}),
    _core.get("ask who one is", "/oauth/whoami", _PARTNER),
    _core.patch(
        "add a nested value",
        "/partners/{sub_partner_sid}",
        _PARTNER,
        body={"attributes": {"name": "New Partner Name"}},
    ),
    _core.patch(
        "add another nested value",
        "/partners/{sub_partner_sid}",
        _PARTNER,
        body={"attributes": {"name2": "New Partner Name 2"}},
    ),
    _core.patch(
        "replace a nested object",
        "/partners/{sub_partner_sid}?nested_objects=replace",
        Answer(doc.PARTNER, says={"attributes": {"name3": "New Partner Name 3"}}),
        body={"attributes": {"name3": "New Partner Name 3"}},
    ),
    _core.delete("delete by a sid", "/endpoints/{endpoint_sid}"),
    _core.get(
        "a page in an order",
        "/countries?offset=2&limit=2&order=common_name+desc",
        Answer(doc.COUNTRY, listed="int"),
    ),
    _core.get(
        "records after another",
        "/sms/message_drs?after={message_dr_sid}&limit=1",
        Answer(doc.MESSAGE, listed="null"),
    ),
    _core.get("filter by type", "/endpoints?filter=type+eq+conference", _ENDPOINTS, needs="conference_sid"),
    _core.get(
        "leave out a field",
        "/endpoints?exclude_fields=properties",
        Answer({name: kind for name, kind in doc.ENDPOINT.items() if name != "properties"}, listed="int"),
        needs="conference_sid",
    ),
]

_RULE = Answer(doc.RULE)
_ACLS = Answer(doc.EFFECTIVE_ACL, listed="int", inside={"effective_acls": doc.ACL})
_ACCESS_CONTROL = [
    _core.get("effective ACLs of calls", "/accesscontrol/effective_acl/calls", _ACLS, needs="acl"),
    _core.get("effective ACLs of SMS", "/accesscontrol/effective_acl/sms", _ACLS, needs="acl"),
    _core.post(
        "create a rule",
        "/accesscontrol/rules",
        _RULE,
        body={"field": "to", "quantifier": "any", "entries": ["1800", "1615"], "operation": "prefix"},
    ),
    _core.get(
        "list rules",
        "/accesscontrol/rules?offset=0&limit=1",
        Answer(doc.RULE, listed="int"),
        needs="rule_sid",
    ),
    _core.get("get a rule", "/accesscontrol/rules/{rule_sid}", _RULE),
    _core.patch(
        "update a rule",
        "/accesscontrol/rules/{rule_sid}",
        Answer(doc.RULE, says={"operation": "exact"}),
        body={"operation": "exact"},
    ),
    _core.delete("delete a rule", "/accesscontrol/rules/{rule_sid}"),
]

_TASK = Answer(doc.TASK)
_BATCH = [
    _core.post(
        "create a task",
        "/batch/tasks",
        _TASK,
        body={
            "method": "PATCH",
            "type": "phonenumber",
            "field": "phonenumber",
            "entries": ["12125550148", "14155550119"],
            "data": {"trunk_group_sid": "{trunk_group_sid}"},
        },
    ),
    _core.get("list tasks", "/batch/tasks", Answer(doc.TASK, listed="int"), needs="task_sid"),
    _core.get("get a task", "/batch/tasks/{task_sid}", _TASK),
    _core.patch(
        "approve a task",
        "/batch/tasks/{task_sid}",
        Answer(doc.TASK, says={"status": "approved"}),
        body={"status": "approved"},
    ),
    _core.delete("delete a task", "/batch/tasks/{task_sid}"),
    _core.get(
        "review items",
        "/batch/tasks/{task_sid}/review_items",
        Answer(doc.REVIEW, inside={"review_items": doc.REVIEW_ITEM}),
    ),
    _core.get("review items as CSV", "/batch/tasks/{task_sid}/review_items.csv", CSV),
]


def _rates(sample: str) -> Answer:
    inside = {"rates_plan": doc.fields("name rates_plan_sid")}
    return Answer(doc.RATE, listed=sample, beside=doc.RATE_LIST, inside=inside, paged=False)


_CALLS = [
    _core.get(
        "call records before another",
        "/calls/call_drs?before={dr_sid}&limit=1",
        Answer(doc.CALL, listed="null"),
    ),
    _core.get("get a call record", "/calls/call_drs/{dr_sid}", Answer(doc.CALL)),
    _core.get("inbound PSTN rates", "/calls/rates/inbound/pstn", _rates("int")),
    _core.get("inbound PSTN rates as CSV", "/calls/rates/inbound/pstn/csv", CSV),
    _core.get("inbound VoIP rates", "/calls/rates/inbound/voip/conference", _rates("int")),
    _core.get("inbound VoIP rates as CSV", "/calls/rates/inbound/voip/conference/csv", CSV),
    _core.get("outbound PSTN rates", "/calls/rates/outbound/pstn?limit=1", _rates("int")),
    _core.get("outbound PSTN rates as CSV", "/calls/rates/outbound/pstn/csv", CSV),
    _core.get("outbound VoIP rates", "/calls/rates/outbound/voip/conference", _rates("int")),
    _core.get("outbound VoIP rates as CSV", "/calls/rates/outbound/voip/conference/csv", CSV),
]

_ITALY = {"capital": "Rome", "dialing_prefix": "39", "domain": "it", "iso_3166_numeric": 380, "mcc": "222"}
_BORDEAUX = {
    "city": "Bordeaux",
    "common_name": "France",
    "iso_3166_alpha_2": "FR",
    "region": "Nouvelle-Aquitaine",
}
_COUNTRIES = [
    _core.get("list countries", "/countries?limit=1", Answer(doc.COUNTRY, listed="int")),
    _core.get(
        "get a country",
        "/countries/ITA?exclude_fields=common_name",
        Answer({name: kind for name, kind in doc.COUNTRY.items() if name != "common_name"}, says=_ITALY),
    ),
    _core.get(
        "get a country by IP",
        "/countries/ip/2.6.26.2",
        Answer(doc.COUNTRY_BY_IP, says={**_BORDEAUX, "state": None}),
    ),
]

_CREATED_ENDPOINTS = [
    _core.post(
        "create a conference endpoint",
        "/endpoints",
        _CONFERENCE,
        body={"name": "my_conf", "type": "conference"},
    ),
    _core.post(
        "create a third-party endpoint",
        "/endpoints",
        _ENDPOINT,
        body={"name": "EP_Т_1", "addresses": [{"ip": "1.1.2.13", "port": "5060"}], "type": "third_party"},
    ),
    _core.get(
        "find endpoints", '/endpoints?filter=addresses.ip+eq+"1.1.2.13"', _ENDPOINTS, needs="endpoint_sid"
    ),
    _core.get("get an endpoint", "/endpoints/{endpoint_sid}", _ENDPOINT),
    _core.patch(
        "update an endpoint",
        "/endpoints/{endpoint_sid}",
        Answer(doc.ENDPOINT, says={"name": "my_third_party_ep"}),
        body={"name": "my_third_party_ep"},
    ),
    _core.delete("delete an endpoint", "/endpoints/{endpoint_sid}"),
]

_BILL = {"invoice_items": doc.INVOICE_ITEM, "pay_items": doc.PAY_ITEM, "tax_items": doc.TAX_ITEM}
_EMAIL = "emails=john.doe%40mail.com"
_INVOICES = [
    _core.get("list invoices", "/invoices?limit=1", Answer(doc.INVOICE, listed="int", inside=_BILL)),
    _core.get("get an invoice", "/invoices/{invoice_sid}", Answer(doc.INVOICE, inside=_BILL)),
    _core.get("an invoice as HTML", "/invoices/{invoice_sid}.html", HTML),
    _core.post(
        "e-mail an invoice as HTML", "/invoices/{invoice_sid}.html/emails", NOTHING, form=_EMAIL, status=204
    ),
    _core.get("an invoice as PDF", "/invoices/{invoice_sid}.pdf", PDF),
    _core.post(
        "e-mail an invoice as PDF", "/invoices/{invoice_sid}.pdf/emails", NOTHING, form=_EMAIL, status=204
    ),
]

_LOOKED_UP = {
    "country_code": "USA",
    "e164_format": "+15162065319",
    "phonenumber": "15162065319",
    "state": "NY",
}
_LOOKUP = [
    _core.get(
        "look up a number",
        "/lookup/dids/15162065319?cnam=true&lrn=true&carrier=true",
        Answer(
            doc.LOOKUP,
            inside={
                "details": doc.LOOKUP_DETAILS,
                "details.carrier": doc.CARRIER,
                "details.cnam": doc.CNAM,
            },
            says={
                **_LOOKED_UP,
                "in_country_format": "(516) 206-5319",
                "international_format": "+1 516-206-5319",
            },
        ),
    ),
    _core.get(
        "look up an IP address",
        "/lookup/ip_addresses/8.8.8.8",
        Answer(
            doc.IP_LOCATION,
            says={"city": "Mountain View", "iso_3166_alpha_3": "USA", "region": None, "state": "CA"},
        ),
    ),
    _core.get(
        "look up an IP address, as the heading has it",
        "/lookup/lookup/ip_addresses/8.8.8.8",
        Answer(doc.IP_LOCATION),
    ),
]

_CLIENT = "client_id={client_id}&client_secret={client_secret}"
_TOKEN = Answer(doc.TOKEN, says={"token_type": "bearer"})
_LOGIN = Answer(doc.LOGIN)
_OAUTH = [
    _core.post(
        "generate a token",
        "/oauth/token",
        _TOKEN,
        form=f"grant_type=password&{_CLIENT}&username={{login}}&password={{password}}",
    ),
    _core.post("generate a sub-partner's token", "/oauth/token/{sub_partner_sid}", _TOKEN, form=_CLIENT),
    _core.post("revoke a token", "/oauth/revoke", NOTHING, form=_CLIENT, status=204),
    _core.get("list tokens", "/oauth/tokens", Answer(doc.TOKEN, listed="null")),
    _core.get("get a token", "/oauth/tokens/{token_sid}", _TOKEN),
    _core.patch(
        "update a token",
        "/oauth/tokens/{token_sid}",
        Answer(doc.TOKEN, says={"name": "new_test_token"}),
        body={"name": "new_test_token"},
    ),
    _core.get("the logged-in partner", "/oauth/whoami", _PARTNER),
    _core.post(
        "create a login",
        "/oauth/logins",
        Answer(doc.LOGIN, says={"token_scopes": ["partners.read", "partners.update"]}),
        body={
            "login": "{login}_carrierx_partner",
            "password": "myStrongPassword123",
            "token_scopes": ["partners.read", "partners.update"],
        },
    ),
    _core.get("list logins", "/oauth/logins", Answer(doc.LOGIN, listed="int"), needs="login_sid"),
    _core.get("get a login", "/oauth/logins/{login_sid}", _LOGIN),
    _core.patch(
        "update a login", "/oauth/logins/{login_sid}", _LOGIN, body={"password": "myNewStrongPassword"}
    ),
    _core.delete("delete a login", "/oauth/logins/{login_sid}"),
]

_METHOD = Answer(doc.BILLING_METHOD, says={"cc_number": "8888", "type": "visa"})
_PARTNERS = [
    _core.post(
        "create a partner",
        "/partners",
        Answer(
            doc.PARTNER,
            says={"login": "john", "owner_email": None, "available_scopes": [], "status": "unverified"},
        ),
        body={
            "login": "john",
            "password": "sample_password",
            "name": "John Smith",
            "company_name": "ABC",
            "parent_sid": "",
            "country_code": "USA",
            "zip": "90804",
            "owner_email": "johnsmith@carriex.com",
            "payment_type": "postpay",
            "phonenumber": "180045012323",
            "charge_at": 20,
            "prepay_amount": "100",
        },
    ),
    _core.get("list partners", "/partners", Answer(doc.PARTNER, listed="int")),
    _core.get("get a partner", "/partners/{partner_sid}", _PARTNER),
    _core.patch(
        "update a partner",
        "/partners/{partner_sid}",
        Answer(doc.PARTNER, says={"address1": "4300 E Pacific Coast Hwy"}),
        body={"address1": "4300 E Pacific Coast Hwy"},
    ),
    _core.delete("delete a partner", "/partners/{spare_partner_sid}"),
    _core.post("register a billing method", "/partners/{partner_sid}/billing_method", _METHOD, body=CARD),
    _core.get("get a billing method", "/partners/{billed_partner_sid}/billing_method", _METHOD),
    _core.delete("delete a billing method", "/partners/{billed_partner_sid}/billing_method"),
]

_NUMBERS = [
    _core.post(
        "rent a number",
        "/phonenumber/dids",
        Answer(doc.DID, says={"phonenumber": "15162065575", "callback_url": None}),
        body={"phonenumber": "15162065575", "callback_url": None},
    ),
    _core.get("list numbers", "/phonenumber/dids", Answer(doc.DID, listed="int")),
    _core.get("get a number", "/phonenumber/dids/{did_sid}", _DID),
    _core.patch(
        "update a number",
        "/phonenumber/dids/{did_sid}",
        Answer(doc.DID, says={"attributes": {"name": "main line"}}),
        body={"attributes": {"name": "main line"}},
    ),
    _core.delete("release a number", "/phonenumber/dids/{did_sid}"),
]

REFERENCE = [
    *_CONVENTIONS, *_ACCESS_CONTROL, *_BATCH, *_CALLS, *_COUNTRIES, *_CREATED_ENDPOINTS, *_INVOICES, *_LOOKUP,
    *_OAUTH, *_PARTNERS, *_NUMBERS,
]  # fmt: skip
