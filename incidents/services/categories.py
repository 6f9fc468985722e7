"""The base categories: written after every migration, so that a release can add one."""

from __future__ import annotations

from incidents.data.categories import CATEGORIES
from incidents.models import Category
from policeroom.common.pinyin import pinyin_key


def ensure_base_categories() -> int:
    """Create the base categories that are missing; returns how many.

    Existing rows stay as they are: a category that the province no longer offers stays so.
    """
    known = dict(Category.objects.filter(org_path="").values_list("code", "pk"))
    missing = [row for row in CATEGORIES if row.code not in known]
    order = {row.code: position for position, row in enumerate(CATEGORIES)}
    for level in (0, 1):
        rows = [row for row in missing if row.code.count(".") == level]
        Category.objects.bulk_create(
            Category(
                code=row.code,
                parent_id=known[row.code.rpartition(".")[0]] if level else None,
                name=row.name,
                name_en=row.name_en,
                kind=row.kind,
                case_kind=row.case_kind,
                emergency=row.emergency,
                dispute=row.dispute,
                sort=order[row.code],
                name_pinyin=pinyin_key(row.name),
            )
            for row in rows
        )
        if rows:
            known = dict(Category.objects.filter(org_path="").values_list("code", "pk"))
    return len(missing)
