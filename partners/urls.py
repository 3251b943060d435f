from django.urls import path

from partners.views import partner_list

urlpatterns = [
    path("", partner_list.partner_list, name="partners"),
]
