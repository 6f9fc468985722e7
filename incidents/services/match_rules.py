"""Keyword rules that a city or the province adds."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.data.keywords import base_keywords
from incidents.models import Category, MatchRule, RuleTarget
from incidents.models.matching import clean_keyword
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError

FIELDS = ("org_path", "target", "category", "value", "keyword", "weight", "excludes", "is_active")
#: A keyword joins at most so many words, each of at least two characters.
WORDS_MOST, WORD_SHORTEST = 3, 2


@transaction.atomic
def add_rule(
    *,
    org_path: str,
    target: str,
    keyword: str,
    weight: int,
    by: Any,
    now: dt.datetime,
    category: Category | None = None,
    value: str = "",
    excludes: str = "",
    client_uuid: uuid.UUID | None = None,
) -> MatchRule:
    """Add a keyword for a city, or ("") for the whole province.

    A resend under the same `client_uuid` returns the first rule.
    Raises: DomainError on a keyword that is too short, too long, taken or the base's own;
    ConflictError for other content under a used `client_uuid`.
    """
    row = MatchRule(
        org_path=org_path,
        target=target,
        category=category if target == RuleTarget.CATEGORY else None,
        value=value if target != RuleTarget.CATEGORY else "",
        keyword=clean_keyword(keyword),
        weight=weight,
        excludes=clean_keyword(excludes),
        created_by=by,
        created_at=now,
    )
    fingerprint = digest(audit.snapshot(row, FIELDS))
    earlier = replayed(MatchRule, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    row.client_uuid, row.client_digest = client_uuid, fingerprint if client_uuid else ""
    check_rule(row)
    row.full_clean()
    row.save()
    audit.record("rules.add", by=by, obj=row, after=audit.snapshot(row, FIELDS), org_path=org_path)
    return row


@transaction.atomic
def edit_rule(*, rule: MatchRule, by: Any, **changes: Any) -> MatchRule:
    """Change keyword, weight or excluded words of a rule in use.

    Raises: DomainError as `add_rule`, or for a rule that has ended.
    """
    _require_active(rule)
    before = audit.snapshot(rule, FIELDS)
    apply(rule, **changes)
    check_rule(rule)
    rule.full_clean()
    rule.save(update_fields=["keyword", "weight", "excludes", "keyword_pinyin"])
    after = audit.snapshot(rule, FIELDS)
    audit.record("rules.edit", by=by, obj=rule, before=before, after=after, org_path=rule.org_path)
    return rule


@transaction.atomic
def end_rule(*, rule: MatchRule, by: Any, now: dt.datetime) -> MatchRule:
    """Take a rule out of use. Ending one that has ended changes nothing."""
    if not rule.is_active:
        return rule
    rule.is_active, rule.ended_at = False, now
    rule.save(update_fields=["is_active", "ended_at", "keyword_pinyin"])
    audit.record(
        "rules.end",
        by=by,
        obj=rule,
        before={"is_active": True},
        after={"is_active": False},
        org_path=rule.org_path,
    )
    return rule


def apply(rule: MatchRule, *, keyword: str, weight: int, excludes: str) -> None:
    """Set what may be changed, in the one form that is compared; writes nothing."""
    rule.keyword = clean_keyword(keyword)
    rule.weight = weight
    rule.excludes = clean_keyword(excludes)


def check_rule(rule: MatchRule) -> None:
    """What a keyword has to be, before anything is tried with it.

    Raises: DomainError naming the field, the value and the remedy.
    """
    words = rule.keyword.split()
    if len(words) > WORDS_MOST:
        raise DomainError(
            _("“%(keyword)s” joins %(count)d words; join at most %(most)d.")
            % {"keyword": rule.keyword, "count": len(words), "most": WORDS_MOST},
            field="keyword",
        )
    short = next((word for word in words if len(word) < WORD_SHORTEST), "")
    if short or not words:
        raise DomainError(
            _("“%(word)s” is too short: a word of one character stands in every second sentence.")
            % {"word": short or rule.keyword},
            field="keyword",
        )
    if any(word in rule.keyword for word in rule.excludes.split()):
        raise DomainError(
            _("An excluded word is part of the keyword itself, so the rule would never apply."),
            field="excludes",
        )
    _refuse_foreign(rule)
    _refuse_taken(rule)


def _refuse_foreign(rule: MatchRule) -> None:
    category = rule.category
    if category is not None and not rule.org_path.startswith(category.org_path):
        raise DomainError(
            _("“%(category)s” is not offered everywhere this rule would hold.")
            % {"category": category},
            field="category",
        )


def _refuse_taken(rule: MatchRule) -> None:
    code = rule.category.code if rule.category else rule.value
    base = {(word.target, word.code, clean_keyword(word.keyword)): word for word in base_keywords()}
    known = base.get((rule.target, code, rule.keyword))
    if known is not None and known.weight >= rule.weight:
        raise DomainError(
            _("The base rules know “%(keyword)s” with weight %(weight)d; only more would help.")
            % {"keyword": rule.keyword, "weight": known.weight},
            field="keyword",
        )
    rows = MatchRule.objects.filter(
        target=rule.target,
        category=rule.category,
        value=rule.value,
        keyword=rule.keyword,
        is_active=True,
        org_path__in={"", rule.org_path},
    ).exclude(pk=rule.pk)
    if rows.exists():
        raise DomainError(
            _("“%(keyword)s” already speaks for “%(target)s” here.")
            % {"keyword": rule.keyword, "target": rule.target_label},
            field="keyword",
        )


def _require_active(rule: MatchRule) -> None:
    if not rule.is_active:
        raise DomainError(_("This rule has ended. Add a new one."))
