"""Imported when the apps are ready: the incident log joins the lists that can be imported."""

from incidents.imports import reasons
from incidents.imports.loglist import LogImport
from stations.imports.registry import bring

reasons.register()
bring(LogImport)
