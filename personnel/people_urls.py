"""Addresses below /people/: who serves where, and whether that is enough."""

from django.urls import URLPattern, path

from personnel.views import (
    absences,
    decisions,
    secondments,
    staff,
    strength,
    strength_whatif,
    trainings,
    vacancies,
)

app_name = "personnel"


def _decisions(folder: str, code: str, listing: type[decisions.DecisionList]) -> list[URLPattern]:
    """The pages of one kind of decision."""
    kind = {"kind": code}
    return [
        path(f"{folder}/", listing.as_view(), name=f"{code}-list"),
        path(f"{folder}/new/", decisions.new, kind, name=f"{code}-new"),
        path(f"{folder}/<int:pk>/", decisions.detail, kind, name=f"{code}-detail"),
        path(f"{folder}/<int:pk>/correct/", decisions.correct, kind, name=f"{code}-correct"),
        path(f"{folder}/<int:pk>/strike/", decisions.strike, kind, name=f"{code}-strike"),
    ]


urlpatterns = [
    path("", staff.PersonList.as_view(), name="person-list"),
    path("new/", staff.new, name="person-new"),
    path("<int:pk>/", staff.detail, name="person-detail"),
    path("<int:pk>/edit/", staff.edit, name="person-edit"),
    path("<int:pk>/leave/", staff.leave, name="person-leave"),
    path("<int:pk>/posts/new/", staff.post_new, name="post-new"),
    path("posts/<int:pk>/end/", staff.post_end, name="post-end"),
    path("<int:pk>/absences/new/", absences.new, name="absence-new"),
    path("absences/<int:pk>/edit/", absences.edit, name="absence-edit"),
    path("absences/<int:pk>/strike/", absences.strike, name="absence-strike"),
    path("secondments/", secondments.SecondmentList.as_view(), name="secondment-list"),
    path("<int:pk>/secondments/new/", secondments.new, name="secondment-new"),
    path("secondments/<int:pk>/", secondments.detail, name="secondment-detail"),
    path("secondments/<int:pk>/approve/", secondments.approve, name="secondment-approve"),
    path("secondments/<int:pk>/refuse/", secondments.refuse, name="secondment-refuse"),
    path("secondments/<int:pk>/end/", secondments.end, name="secondment-end"),
    path("secondments/<int:pk>/strike/", secondments.strike, name="secondment-strike"),
    path("trainings/", trainings.TrainingList.as_view(), name="training-list"),
    path("trainings/new/", trainings.new, name="training-new"),
    path("trainings/<int:pk>/strike/", trainings.strike, name="training-strike"),
    path("training-plans/", trainings.PlanList.as_view(), name="plan-list"),
    path("training-plans/new/", trainings.plan_new, name="plan-new"),
    path("vacancies/", vacancies.VacancyList.as_view(), name="vacancy-list"),
    path("vacancies/<int:pk>/", vacancies.detail, name="vacancy-detail"),
    path("vacancies/<int:pk>/fill/", vacancies.fill, name="vacancy-fill"),
    path("vacancies/<int:pk>/withdraw/", vacancies.withdraw, name="vacancy-withdraw"),
    path("strength/", strength.StrengthList.as_view(), name="strength"),
    path("strength/what-if/", strength_whatif.what_if, name="what-if"),
    path("strength/<int:pk>/", strength.room, name="room-strength"),
    *_decisions("appraisals", "appraisal", decisions.AppraisalList),
    *_decisions("commendations", "commendation", decisions.CommendationList),
    *_decisions("accountability", "accountability", decisions.AccountabilityList),
]
