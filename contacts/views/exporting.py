"""What a list of contacts finds, as a file."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from contacts import audit, custom
from contacts.access import needs
from contacts.concealing import conceal
from contacts.exporting import answering, people, vcards
from contacts.models import Contact
from contacts.roles import Right
from contacts.views.contact import CONTACT


@require_safe
@needs(Right.EXPORT)
def contact_export(request: HttpRequest) -> StreamingHttpResponse:
    """All that the filters in the address find, not only a page of it; as=csv, xlsx or vcf."""
    filters = CONTACT.filters(request.GET, queryset=CONTACT.rows(request.user), request=request)
    fields = custom.current(Contact)
    wanted = (
        custom.beside(filters.qs.order_by("pk"), fields) if fields else filters.qs.order_by("pk")
    )
    found = conceal(wanted.iterator(chunk_size=500), request.user)
    narrowed = "those that some filters find" if filters.is_narrowing else "all current ones"
    audit.note(audit.Action.EXPORTED, by=request.user, about=f"Contacts, {narrowed}")
    kind = request.GET.get("as", "csv")
    if kind == "vcf":
        return answering.file(
            vcards.cards(found, fields), "contacts.vcf", "text/vcard; charset=utf-8"
        )
    return answering.table(people.rows(found, fields), "contacts", kind)
