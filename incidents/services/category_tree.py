"""The tree of categories: what a city or the province adds to it, and what is no longer offered."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Category
from policeroom.common import audit
from policeroom.common.errors import DomainError

FIELDS = ("name", "name_en", "parent", "org_path", "is_active")
#: In the code of every category that is not the project's: `dispute-3201-2`.
OWN_MARK = "-"


def is_own(category: Category) -> bool:
    """Whether a city or the province added it; base categories keep their names."""
    return OWN_MARK in category.code


@transaction.atomic
def add_category(
    *, parent: Category, name: str, org_path: str, by: Any, name_en: str = ""
) -> Category:
    """Add a category below a base one, for a city or ("") the whole province.

    Kind, case, sudden event and dispute are those of its parent: a city names things, whether a
    call is a case that has to be handed over stays the same everywhere (JS-13-6a).
    Raises: DomainError below a second level or below one that is not offered; ValidationError for
    a name that is taken.
    """
    parent = Category.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    if parent.parent_id is not None or not parent.is_active:
        raise DomainError(
            _("Choose a top category that is offered; “%(name)s” is none.") % {"name": parent},
            field="parent",
        )
    name = " ".join(name.split())
    _refuse_taken(parent, name, org_path)
    row = Category(
        parent=parent,
        code=_next_code(parent, org_path),
        name=name,
        name_en=name_en,
        org_path=org_path,
        kind=parent.kind,
        case_kind=parent.case_kind,
        emergency=parent.emergency,
        dispute=parent.dispute,
        sort=max(parent.children.values_list("sort", flat=True), default=parent.sort),
    )
    row.full_clean()
    row.save()
    audit.record("categories.add", by=by, obj=row, after=audit.snapshot(row, FIELDS))
    return row


@transaction.atomic
def rename_category(*, category: Category, name: str, name_en: str, by: Any) -> Category:
    """Rename a category that a city or the province added.

    Raises: DomainError for a base category; ValidationError for a name that is taken.
    """
    if not is_own(category) or category.parent is None:
        raise DomainError(_("Base categories keep their names, so that cities can be compared."))
    before = audit.snapshot(category, FIELDS)
    category.name, category.name_en = " ".join(name.split()), name_en
    _refuse_taken(category.parent, category.name, category.org_path, but=category)
    category.full_clean()
    category.save(update_fields=["name", "name_en", "name_pinyin"])
    after = audit.snapshot(category, FIELDS)
    audit.record("categories.rename", by=by, obj=category, before=before, after=after)
    return category


@transaction.atomic
def offer_category(*, category: Category, offered: bool, by: Any) -> int:
    """Stop offering a category with all below it, or offer one again; returns how many changed.

    What was filed keeps its category.
    Raises: DomainError when the one above it is not offered.
    """
    parent = category.parent
    if offered and parent is not None and not parent.is_active:
        raise DomainError(_("“%(parent)s” is not offered. Offer it first.") % {"parent": parent})
    rows = Category.objects.filter(pk=category.pk)
    if not offered:
        rows |= Category.objects.filter(parent=category)
    changed = rows.filter(is_active=not offered).update(is_active=offered)
    category.is_active = offered
    if changed:
        audit.record(
            "categories.offer" if offered else "categories.stop",
            by=by,
            obj=category,
            after={"is_active": offered, "categories": changed},
        )
    return changed


def _refuse_taken(
    parent: Category, name: str, org_path: str, *, but: Category | None = None
) -> None:
    """The same name twice under one parent would be two boxes for one thing, also across levels."""
    rows = parent.children.filter(name=name)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    taken = [
        row
        for row in rows
        if row.org_path.startswith(org_path) or org_path.startswith(row.org_path)
    ]
    if taken or name == parent.name:
        raise DomainError(
            _("“%(name)s” already exists below “%(parent)s”.") % {"name": name, "parent": parent},
            field="name",
        )


def _next_code(parent: Category, org_path: str) -> str:
    """`<parent>-<path or 00>-<number>`; the caller holds the lock on the parent."""
    start = f"{parent.code}{OWN_MARK}{org_path or '00'}{OWN_MARK}"
    codes = Category.objects.filter(code__startswith=start).values_list("code", flat=True)
    numbers = [int(code.removeprefix(start)) for code in codes]
    return f"{start}{max(numbers, default=0) + 1}"
