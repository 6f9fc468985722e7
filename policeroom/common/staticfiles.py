"""Static files of production: names with a hash, also in the imports of our script modules."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: `from "./other.js"` in static/js; Django's own switch would also read the packages' scripts,
#: some of which name files they do not bring.
_IMPORTS = (
    "js/*.js",
    ((r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["'])""", 'from "%(url)s"'),),
)


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports too: in production only the hashed files exist."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, _IMPORTS)
