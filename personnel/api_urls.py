"""Addresses of people in the JSON interface (names in `api`)."""

from django.urls import URLPattern, path

from personnel import api as people
from personnel import api_decisions as decisions

urlpatterns: list[URLPattern] = [
    path("people/", people.PersonCollection.as_view(), name="person-list"),
    path("people/<int:pk>/", people.PersonItem.as_view(), name="person-detail"),
    path("stations/<int:pk>/strength/", people.StationStrength.as_view(), name="station-strength"),
    path("secondments/", people.SecondmentCollection.as_view(), name="secondment-list"),
    path("secondments/<int:pk>/", people.SecondmentItem.as_view(), name="secondment-detail"),
    path(
        "secondments/<int:pk>/approval/",
        people.SecondmentApproval.as_view(),
        name="secondment-approve",
    ),
    path(
        "secondments/<int:pk>/refusal/",
        people.SecondmentRefusal.as_view(),
        name="secondment-refuse",
    ),
    path("secondments/<int:pk>/end/", people.SecondmentReturn.as_view(), name="secondment-end"),
    path(
        "secondments/<int:pk>/strike/",
        people.SecondmentStriking.as_view(),
        name="secondment-strike",
    ),
    path("appraisals/", decisions.AppraisalCollection.as_view(), name="appraisal-list"),
    path(
        "appraisals/<int:pk>/strike/",
        decisions.AppraisalStriking.as_view(),
        name="appraisal-strike",
    ),
    path("commendations/", decisions.CommendationCollection.as_view(), name="commendation-list"),
    path(
        "commendations/<int:pk>/strike/",
        decisions.CommendationStriking.as_view(),
        name="commendation-strike",
    ),
    path(
        "accountability/", decisions.AccountabilityCollection.as_view(), name="accountability-list"
    ),
    path(
        "accountability/<int:pk>/strike/",
        decisions.AccountabilityStriking.as_view(),
        name="accountability-strike",
    ),
]
