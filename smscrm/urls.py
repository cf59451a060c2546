"""Which address belongs to whom. The paths are a public contract: people script them."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="contacts:contact-list"), name="home"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("", include("contacts.urls")),
    path("", include("messaging.urls")),
    path("", include("messaging.settings_urls")),
]

handler400 = "contacts.views.refused.bad_request"
