"""Addresses of the form of a call and of its record."""

from django.urls import URLPattern, path

from incidents.views import records, records_acts, records_parts

BASE = "<int:pk>"

urlpatterns: list[URLPattern] = [
    path("new/", records.new, name="new"),
    path("new/people/", records.people, name="people"),
    path(f"{BASE}/", records.detail, name="detail"),
    path(f"{BASE}/live/", records.live, name="live"),
    path(f"{BASE}/print/", records.print_page, name="print"),
    path(f"{BASE}/edit/<slug:field>/", records.edit, name="edit"),
    path(f"{BASE}/advance/", records_acts.advance, name="advance"),
    path(f"{BASE}/close/", records_acts.close, name="close"),
    path(f"{BASE}/fix/", records_acts.fix, name="fix"),
    path(f"{BASE}/reopen/", records_acts.reopen, name="reopen"),
    path(f"{BASE}/review/", records_acts.review, name="review"),
    path(f"{BASE}/entries/new/", records_acts.entry_new, name="entry-new"),
    path(f"{BASE}/entries/<int:row>/strike/", records_acts.entry_strike, name="entry-strike"),
    path(f"{BASE}/handlers/new/", records_acts.handler_new, name="handler-new"),
    path(
        f"{BASE}/handlers/<int:person>/remove/",
        records_acts.handler_remove,
        name="handler-remove",
    ),
    path(f"{BASE}/attachments/new/", records_parts.attachment_new, name="attachment-new"),
    path(f"{BASE}/attachments/<int:row>/", records_parts.attachment, name="attachment"),
    path(
        f"{BASE}/attachments/<int:row>/strike/",
        records_parts.attachment_strike,
        name="attachment-strike",
    ),
    path(f"{BASE}/links/new/", records_parts.link_new, name="link-new"),
    path(f"{BASE}/links/<int:row>/strike/", records_parts.link_strike, name="link-strike"),
    path(f"{BASE}/parties/new/", records_parts.party_new, name="party-new"),
    path(f"{BASE}/parties/reveal/", records_parts.parties_reveal, name="parties-reveal"),
    path(f"{BASE}/parties/<int:row>/strike/", records_parts.party_strike, name="party-strike"),
    path(f"{BASE}/parties/hold/", records_parts.hold_new, name="hold-new"),
    path(f"{BASE}/parties/hold/<int:row>/lift/", records_parts.hold_lift, name="hold-lift"),
]
