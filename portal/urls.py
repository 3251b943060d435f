"""Every address of the portal."""

from django.urls import include, path, re_path

from portal import views

urlpatterns = [
    path("", include("numbers.urls")),
    path("partners/", include("partners.urls")),
    path("status/", views.status, name="status"),
    path("audit/", views.audit_list, name="audit"),
    path("entries/<uuid:entry_id>/", views.entry, name="entry"),
    # Accounts are made and mended by administrators: nobody signs up, and nothing is done by mail.
    re_path(
        "^account/(?:signup|email|confirm-email|login/code|password/(?:re)?set)/",
        views.closed,
        name="closed",
    ),
    path("account/", include("allauth.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
