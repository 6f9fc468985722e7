"""Addresses below /people/: who serves where, and whether that is enough."""

from django.urls import path

from personnel.views import staff

app_name = "personnel"
urlpatterns = [
    path("", staff.PersonList.as_view(), name="person-list"),
    path("new/", staff.new, name="person-new"),
    path("<int:pk>/", staff.detail, name="person-detail"),
    path("<int:pk>/edit/", staff.edit, name="person-edit"),
    path("<int:pk>/leave/", staff.leave, name="person-leave"),
    path("<int:pk>/posts/new/", staff.post_new, name="post-new"),
    path("posts/<int:pk>/end/", staff.post_end, name="post-end"),
]
