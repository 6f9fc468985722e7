"""The six lists by kind, and lists that apps above bring along."""

from __future__ import annotations

from typing import Any, Final

from stations.imports.base import ListImport
from stations.imports.bureaus import BureauImport
from stations.imports.campuses import CampusImport
from stations.imports.equipment import EquipmentImport
from stations.imports.populations import PopulationImport
from stations.imports.rooms import RoomImport
from stations.imports.universities import UniversityImport

#: In the order in which an empty system is filled.
LISTS: Final[dict[str, type[ListImport[Any]]]] = {
    str(kind.kind): kind
    for kind in (
        BureauImport,
        UniversityImport,
        CampusImport,
        PopulationImport,
        RoomImport,
        EquipmentImport,
    )
}

#: Lists of apps above this one, which have their own pages and commands: kind -> list.
_BROUGHT: Final[dict[str, type[ListImport[Any]]]] = {}


def bring(kind: type[ListImport[Any]]) -> None:
    """Let the jobs and the pipeline run a list of an app above; called once the apps are ready."""
    _BROUGHT[str(kind.kind)] = kind


def list_of(kind: str) -> type[ListImport[Any]]:
    """The list of a kind.

    Raises: KeyError if no app has it.
    """
    return LISTS.get(kind) or _BROUGHT[kind]
