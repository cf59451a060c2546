"""Which address belongs to whom. The paths are a public contract: people script them."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView

from contacts.access import needs
from contacts.roles import Right
from messaging.api.docs import docs
from messaging.views import recovering, signing_in

for_members = needs(Right.OWN)

urlpatterns = [
    path("", for_members(RedirectView.as_view(pattern_name="contacts:contact-list")), name="home"),
    path("login/", signing_in.SignIn.as_view(redirect_authenticated_user=True), name="login"),
    path("login/code/", signing_in.code, name="login-code"),
    path("password/forgotten/", recovering.forgotten, name="password-forgotten"),
    path("password/new/<uidb64>/<token>/", recovering.NewPassword.as_view(), name="password-new"),
    path("invitation/<str:secret>/", recovering.invitation, name="invitation"),
    path("logout/", for_members(auth.LogoutView.as_view()), name="logout"),
    # Django's own sign-in page would not ask for a code.
    path("admin/login/", signing_in.one_door, name="admin-login"),
    path("admin/", admin.site.urls),
    path("api/docs", docs, name="api-docs"),
    path("api/v1/", include("messaging.api.urls")),
    path("", include("messaging.dialects.urls")),
    path("", include("contacts.urls")),
    path("", include("messaging.urls")),
    path("", include("messaging.settings_urls")),
]

handler400 = "contacts.views.refused.bad_request"
handler500 = "contacts.views.broken.broken"
