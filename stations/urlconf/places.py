"""Addresses of universities, campuses, university towns, bureaus and the calendar."""

from django.urls import URLPattern, path

from stations.views import (
    bureau_moves,
    bureaus,
    calendar,
    campus_records,
    campuses,
    universities,
    university_records,
)

urlpatterns: list[URLPattern] = [
    path("universities/", universities.UniversityList.as_view(), name="university-list"),
    path("universities/new/", universities.university_new, name="university-new"),
    path(
        "universities/<int:pk>/", universities.UniversityDetail.as_view(), name="university-detail"
    ),
    path("universities/<int:pk>/edit/", universities.university_edit, name="university-edit"),
    path("universities/<int:pk>/close/", universities.university_close, name="university-close"),
    path("universities/<int:pk>/campuses/new/", campuses.campus_new, name="campus-new"),
    path(
        "universities/<int:pk>/designations/new/",
        university_records.designation_new,
        name="designation-new",
    ),
    path("universities/<int:pk>/terms/new/", university_records.term_new, name="term-new"),
    path("designations/<int:pk>/end/", university_records.designation_end, name="designation-end"),
    path("terms/<int:pk>/edit/", university_records.term_edit, name="term-edit"),
    path(
        "universities/<int:pk>/history/<int:version>/correct/",
        university_records.version_correct,
        name="university-version-correct",
    ),
    path(
        "campuses/<int:pk>/history/<int:version>/correct/",
        campus_records.version_correct,
        name="campus-version-correct",
    ),
    path("campuses/", campuses.CampusList.as_view(), name="campus-list"),
    path("campuses/<int:pk>/", campuses.CampusDetail.as_view(), name="campus-detail"),
    path("campuses/<int:pk>/edit/", campuses.campus_edit, name="campus-edit"),
    path("campuses/<int:pk>/close/", campuses.campus_close, name="campus-close"),
    path("campuses/<int:pk>/populations/new/", campuses.population_new, name="population-new"),
    path("university-towns/", campuses.ClusterList.as_view(), name="cluster-list"),
    path("university-towns/new/", campuses.cluster_new, name="cluster-new"),
    path("bureaus/", bureaus.BureauList.as_view(), name="bureau-list"),
    path("bureaus/new/", bureaus.bureau_new, name="bureau-new"),
    path("bureaus/<int:pk>/", bureaus.BureauDetail.as_view(), name="bureau-detail"),
    path("bureaus/<int:pk>/edit/", bureaus.bureau_edit, name="bureau-edit"),
    path("bureaus/<int:pk>/move/", bureau_moves.bureau_move, name="bureau-move"),
    path("calendar/", calendar.CalendarView.as_view(), name="calendar"),
    path("calendar/days/new/", calendar.calendar_day_new, name="calendar-day-new"),
    path("calendar/days/<int:pk>/edit/", calendar.calendar_day_edit, name="calendar-day-edit"),
    path(
        "calendar/days/<int:pk>/remove/", calendar.calendar_day_remove, name="calendar-day-remove"
    ),
    path("calendar/<int:year>/confirm/", calendar.calendar_confirm, name="calendar-confirm"),
]
