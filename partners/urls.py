from django.urls import path, register_converter

from partners.views import (
    create,
    delete,
    detail,
    edit,
    hygiene,
    issue,
    link,
    partner_list,
    revoke,
    rotate,
    token_edit,
    tokens,
    within,
)


class SidConverter:
    """What upstream calls a partner or a token: a UUID by its documents, which we need not insist on."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(SidConverter, "sid")

_partner = "<sid:partner_sid>/"
_token = f"{_partner}tokens/<sid:token_sid>/"

urlpatterns = [
    path("", partner_list.partner_list, name="partners"),
    path("suggestions/", partner_list.suggestions, name="partner_suggestions"),
    path("new/", create.create, name="partner_create"),
    path("tokens/", hygiene.hygiene, name="tokens"),
    path(_partner, detail.detail, name="partner"),
    path(f"{_partner}refresh/", detail.refresh, name="partner_refresh"),
    path(f"{_partner}history/", detail.history, name="partner_history"),
    path(f"{_partner}numbers/", within.numbers, name="partner_numbers"),
    path(f"{_partner}sub-partners/", within.sub_partners, name="partner_sub_partners"),
    path(f"{_partner}edit/", edit.edit, name="partner_edit"),
    path(f"{_partner}delete/", delete.delete, name="partner_delete"),
    path(f"{_partner}sub-account/", link.link, name="partner_link"),
    path(f"{_partner}sub-account/new/", link.make, name="partner_make_sub_account"),
    path(f"{_partner}tokens/", tokens.tokens, name="partner_tokens"),
    path(f"{_partner}tokens/new/", issue.issue, name="token_issue"),
    path(f"{_token}edit/", token_edit.edit, name="token_edit"),
    path(f"{_token}rotate/", rotate.rotate, name="token_rotate"),
    path(f"{_token}revoke/", revoke.revoke, name="token_revoke"),
    path(f"{_token}keep/", revoke.keep, name="token_keep"),
]
