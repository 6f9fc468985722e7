"""Keyword rules: list, new, change, end, and the box in which a sentence is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.data.keywords import base_keywords
from incidents.forms import rules as forms
from incidents.matching import suggest
from incidents.models import Category, MatchRule
from incidents.queries import rules as queries
from incidents.queries.vocabulary import reference_vocabulary
from incidents.services import match_rules as services
from incidents.tables import rules as tables
from incidents.views.rules_pages import changes_of, form_page, found_table
from policeroom.common import audit
from policeroom.common.access import requires
from policeroom.common.clients import digest
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope

RULES = queries.RULES


def trail() -> list[Link]:
    """The way back from a page of one rule."""
    return [Link(_("Keyword rules"), reverse("incidents:rule-list"))]


class RuleList(RegisterView):
    """Rules of the reader's city and of the province; the base rules are counted, not listed."""

    access_policy = RULES
    template_name = "incidents/rules_list.html"
    title = gettext_lazy("Keyword rules")
    order = ("-id",)
    filter_class = forms.RuleFilter

    def rows(self, scope: Scope) -> QuerySet[MatchRule]:
        return queries.rules_in(scope)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.columns = tables.rule_columns(scope_of(request))
        return super().get(request, **kwargs)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [
            Link(_("Try a sentence"), reverse("incidents:rule-try"), "flask-conical"),
            Link(_("Categories"), reverse("incidents:category-list"), "list-tree"),
            Link(_("Add keyword"), reverse("incidents:rule-new"), "plus", "primary"),
        ]
        note = _("On top of %(count)d base keywords, which come with the program.") % {
            "count": len(base_keywords())
        }
        text = _("Words your officers use and the base does not know belong here.")
        return {
            "actions": actions,
            "note": note,
            **empty_state("book-a", _("No own keyword yet"), text, actions),
        }


@requires(RULES)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Add a keyword; what it changes in the reference sentences is shown first."""
    data = request.POST if request.method == "POST" else None
    form = forms.RuleForm(data, scope=scope_of(request))
    now = timezone.now()

    def draft() -> MatchRule:
        return MatchRule(**_cleaned(form.facts()), created_at=now)

    def save() -> MatchRule:
        return services.add_rule(
            **form.facts(),
            by=request.user,
            now=now,
            client_uuid=form.cleaned_data["client_uuid"],
        )

    return _previewed(request, form, draft, save, title=_("Add keyword"))


@requires(RULES)
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change keyword, weight or excluded words; the consequences are shown first."""
    rule = queries.changeable(queries.rules_in(scope_of(request)), scope_of(request), pk)
    if not rule.is_active:
        messages.info(request, _("This rule has ended. Add a new one."))
        return redirect("incidents:rule-list")
    initial = {name: getattr(rule, name) for name in ("keyword", "weight", "excludes")}
    form = forms.RuleEditForm(request.POST or None, initial=initial)

    def draft() -> MatchRule:
        services.apply(rule, **form.words())
        rule.keyword_pinyin = ""
        return rule

    def save() -> MatchRule:
        return services.edit_rule(rule=rule, by=request.user, **form.words())

    title = _("Keyword “%(keyword)s”") % {"keyword": initial["keyword"]}
    actions = [Link(_("End"), reverse("incidents:rule-end", args=[pk]), "circle-stop", "danger")]
    note = _("Speaks for: %(target)s") % {"target": rule.target_label}
    return _previewed(request, form, draft, save, title=title, actions=actions, note=note)


@requires(RULES)
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a keyword out of use, with what that changes."""
    rule = queries.changeable(queries.rules_in(scope_of(request)), scope_of(request), pk)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if form.is_valid():
        services.end_rule(rule=rule, by=request.user, now=now)
        messages.success(request, _("“%(keyword)s” is out of use.") % {"keyword": rule.keyword})
        return redirect("incidents:rule-list")
    comparison = queries.preview(rule, now=now, ended=True)
    title = _("End keyword “%(keyword)s”") % {"keyword": rule.keyword}
    context = {
        "changes": changes_of(comparison, rule.target, _names()),
        "comparison": comparison,
        "danger": True,
    }
    return form_page(request, form, title=title, trail=trail(), submit=_("End keyword"), **context)


@requires(RULES)
def rule_try(request: HttpRequest) -> HttpResponse:
    """What a sentence gives with the rules of an area, and which word gave it."""
    form = forms.TryForm(request.GET or None, scope=scope_of(request))
    found = None
    if form.is_valid():
        now = timezone.now()
        words = reference_vocabulary(form.org_path)
        found = found_table(suggest(form.cleaned_data["q"], vocabulary=words, now=now))
    title = _("Try a sentence")
    context = {"form": form, "found": found, "title": title, "trail": [*trail(), Link(title)]}
    return render(request, "incidents/rules_try.html", context)


def _previewed(
    request: HttpRequest,
    form: Any,
    draft: Callable[[], MatchRule],
    save: Callable[[], MatchRule],
    *,
    title: str,
    **page: Any,
) -> HttpResponse:
    """Save a valid form, unless it changes reference sentences and nobody has seen that yet."""
    if form.is_valid():
        shown = _consequences(form, draft)
        if form.is_valid() and (not shown or form.cleaned_data["confirmed"] == shown["print"]):
            saved = attempt(form, save)
            if saved is not None:
                messages.success(
                    request, _("“%(keyword)s” is in use.") % {"keyword": saved.keyword}
                )
                return redirect("incidents:rule-list")
        elif form.is_valid():
            form.data = form.data.copy()
            form.data["confirmed"] = shown["print"]
            page |= shown
    submit = _("Save nevertheless") if "changes" in page else _("Save")
    return form_page(request, form, title=title, trail=trail(), submit=submit, **page)


def _consequences(form: Any, draft: Callable[[], MatchRule]) -> dict[str, Any]:
    """What the rule of a valid form changes; empty where that is nothing, or it is refused."""
    rule = draft()
    try:
        services.check_rule(rule)
        rule.clean_fields(exclude=("created_by",))
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return {}
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return {}
    comparison = queries.preview(rule, now=timezone.now())
    if not comparison.changes:
        return {}
    return {
        "print": digest(audit.snapshot(rule, services.FIELDS)),
        "comparison": comparison,
        "changes": changes_of(comparison, rule.target, _names()),
    }


def _cleaned(facts: dict[str, Any]) -> dict[str, Any]:
    words = {name: services.clean_keyword(facts[name]) for name in ("keyword", "excludes")}
    return {**facts, **words}


def _names() -> dict[str, str]:
    """Code -> name of every category (one query)."""
    return {row.code: str(row) for row in Category.objects.only("code", "name", "name_en")}
