"""Every address of the portal."""

from django.urls import include, path, re_path

from portal import views

urlpatterns = [
    path("", include("numbers.urls")),
    path("partners/", include("partners.urls")),
    path("status/", views.status, name="status"),
    path("audit/", views.audit_list, name="audit"),
    path("entries/<uuid:entry_id>/", views.entry, name="entry"),
    # Accounts are mended by administrators: there is no way to a new password by mail.
    re_path("^account/password/reset/", views.closed, name="closed"),
    path("account/", include("allauth.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
