"""The six lists by kind."""

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
