"""Settings of one person: everybody's own."""

from __future__ import annotations

from django.contrib import messages as notices
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from contacts.access import needs
from contacts.forms.zones import zones
from contacts.roles import Right
from messaging.forms.settings_profile import PasswordForm, ProfileForm
from messaging.signing_in import second_factor, sessions
from messaging.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.OWN)
def profile(request: Request) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        notices.success(request, "Saved.")
        return redirect("settings:profile")

    if form.errors:  # the page says who is signed in: by the name that is stored
        request.user.refresh_from_db(fields=["first_name", "last_name", "email"])
    context = {
        "form": form,
        "zones": zones(),
        "device": second_factor.device_of(request.user),
        "sign_ins": sessions.of(request.user),
        "this": request.session.get(sessions.ROW),
    }
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


class _Password(PasswordChangeView):
    form_class = PasswordForm
    template_name = "settings/password.html"
    success_url = reverse_lazy("settings:profile")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        notices.success(self.request, "Your password was changed.")
        answer = super().form_valid(form)
        sessions.end_all(form.user, but=self.request.session)
        sessions.note(self.request)
        return answer


password = needs(Right.OWN)(_Password.as_view())
