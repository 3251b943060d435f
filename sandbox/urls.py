"""What the sandbox serves."""

from django.conf import settings
from django.urls import path

from sandbox import control, control_messages, control_partners
from sandbox.api.core import api
from sandbox.number_api.api import api as number_api

urlpatterns = [path("core/v2/", api.urls), path("api/v1/", number_api.urls)]
if settings.SANDBOX_CONTROL:
    urlpatterns += control.urlpatterns + control_messages.urlpatterns + control_partners.urlpatterns

handler400 = "sandbox.middleware.bad_url"
handler404 = "sandbox.middleware.page_not_found"
handler500 = "sandbox.middleware.server_error"
