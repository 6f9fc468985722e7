"""Addresses of the tabs premises, equipment and documents of a station file."""

from django.urls import URLPattern, path

from stations.views import desks, documents, equipment, premises, upkeep

BASE = "stations/<int:pk>"
BOARD = f"{BASE}/premises/boards/<int:row>"
BOX = f"{BASE}/premises/boxes/<int:row>"
ROW = f"{BASE}/premises/desks/<int:row>"
ITEM = f"{BASE}/equipment/<int:row>"
DOCUMENT = f"{BASE}/documents/<int:row>"


def _record(kind: str, folder: str) -> list[URLPattern]:
    base = f"{BASE}/premises/{folder}"
    extra = {"kind": kind}
    return [
        path(f"{base}/new/", premises.record_new, extra, name=f"{kind}-new"),
        path(f"{base}/<int:row>/edit/", premises.record_edit, extra, name=f"{kind}-edit"),
        path(f"{base}/<int:row>/end/", premises.record_end, extra, name=f"{kind}-end"),
    ]


urlpatterns: list[URLPattern] = [
    path(f"{BASE}/premises/", premises.premises, name="premises"),
    *_record("area", "areas"),
    *_record("board", "boards"),
    *_record("box", "boxes"),
    *_record("desk", "desks"),
    path(f"{BOARD}/renew/", upkeep.board_renew, name="board-renew"),
    path(f"{BOARD}/history/", upkeep.board_history, name="board-history"),
    path(f"{BOX}/emptied/", upkeep.box_emptied, name="box-emptied"),
    path(f"{BOX}/history/", upkeep.box_history, name="box-history"),
    path(f"{ROW}/", desks.desk, name="desk"),
    path(f"{ROW}/sessions/new/", desks.session_new, name="session-new"),
    path(f"{ROW}/sessions/<int:session>/edit/", desks.session_edit, name="session-edit"),
    path(f"{BASE}/equipment/", equipment.EquipmentView.as_view(), name="equipment"),
    path(f"{BASE}/equipment/new/", equipment.item_new, name="equipment-new"),
    path(f"{ITEM}/", equipment.item, name="equipment-item"),
    path(f"{ITEM}/edit/", equipment.item_edit, name="equipment-edit"),
    path(f"{ITEM}/check/", equipment.item_check, name="equipment-check"),
    path(f"{ITEM}/retire/", equipment.item_retire, name="equipment-retire"),
    path(f"{BASE}/documents/", documents.DocumentView.as_view(), name="documents"),
    path(f"{BASE}/documents/new/", documents.document_new, name="document-new"),
    path(f"{DOCUMENT}/", documents.document, name="document"),
    path(f"{DOCUMENT}/edit/", documents.document_edit, name="document-edit"),
    path(f"{DOCUMENT}/withdraw/", documents.document_end, name="document-end"),
    path(f"{DOCUMENT}/versions/new/", documents.version_new, name="document-version-new"),
    path(
        f"{DOCUMENT}/versions/<int:number>/",
        documents.download,
        name="document-download",
    ),
]
