"""Addresses of the matcher: suggestions, keyword rules, categories, places."""

from django.urls import path

from incidents.views import categories, places, rules, suggest

urlpatterns = [
    path("suggest/", suggest.suggestions, name="suggest"),
    path("vocabulary/", suggest.vocabulary, name="vocabulary"),
    path("rules/", rules.RuleList.as_view(), name="rule-list"),
    path("rules/new/", rules.rule_new, name="rule-new"),
    path("rules/try/", rules.rule_try, name="rule-try"),
    path("rules/<int:pk>/edit/", rules.rule_edit, name="rule-edit"),
    path("rules/<int:pk>/end/", rules.rule_end, name="rule-end"),
    path("categories/", categories.CategoryList.as_view(), name="category-list"),
    path("categories/new/", categories.category_new, name="category-new"),
    path("categories/<int:pk>/edit/", categories.category_edit, name="category-edit"),
    path("categories/<int:pk>/stop/", categories.category_stop, name="category-stop"),
    path("categories/<int:pk>/offer/", categories.category_offer, name="category-offer"),
    path("places/", places.PlaceList.as_view(), name="place-list"),
    path("places/new/", places.place_new, name="place-new"),
    path("places/<int:pk>/edit/", places.place_edit, name="place-edit"),
    path("places/<int:pk>/stop/", places.place_stop, name="place-stop"),
    path("places/<int:pk>/offer/", places.place_offer, name="place-offer"),
]
