from django.urls import URLPattern, path

from stations.views import room_acts, room_history, rooms

urlpatterns: list[URLPattern] = [
    path("stations/", rooms.StationList.as_view(), name="list"),
    path("stations/own/", rooms.own, name="own"),
    path("stations/new/", room_acts.new, name="new"),
    path("stations/<int:pk>/", rooms.detail, name="detail"),
    path("stations/<int:pk>/coverage/", rooms.coverage, name="coverage"),
    path("stations/<int:pk>/history/", room_history.history, name="history"),
    path("stations/<int:pk>/print/", rooms.print_page, name="print"),
    path("stations/<int:pk>/edit/", room_acts.edit, name="edit"),
    path("stations/<int:pk>/rename/", room_acts.rename, name="rename"),
    path("stations/<int:pk>/opening/", room_acts.opening, name="opening"),
    path("stations/<int:pk>/close/", room_acts.close, name="close"),
    path("stations/<int:pk>/suspend/", room_acts.suspend, name="suspend"),
    path("stations/<int:pk>/resume/", room_acts.resume, name="resume"),
    path("stations/<int:pk>/links/new/", room_acts.link_new, name="link-new"),
    path("stations/<int:pk>/links/<int:link_pk>/end/", room_acts.link_end, name="link-end"),
]
