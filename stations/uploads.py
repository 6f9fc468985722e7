"""What may be uploaded: the type comes from the content, never from the name (requirements 45, 46).

Pure: bytes in, checked bytes out. Pictures are drawn anew, so that nothing but the picture stays:
no EXIF, no position, no comment, nothing appended after its end.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from policeroom.common.errors import DomainError

#: Largest picture, in pixels (width times height): a phone photograph has about 12 to 50 million.
PIXEL_CAP = 60_000_000
#: An Office file unpacks to at most this many bytes and parts; more is a bomb, not a document.
UNPACKED_CAP = 300 * 1024 * 1024
PARTS_CAP = 5_000
NAME_LENGTH = 120

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG = "image/jpeg"
PNG = "image/png"

#: Content type -> name endings; the first one is used when the name says something else.
ENDINGS = {
    PDF: ("pdf",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    JPEG: ("jpg", "jpeg"),
    PNG: ("png",),
}
ALLOWED_ENDINGS = tuple(ending for endings in ENDINGS.values() for ending in endings)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed; `content` is what is stored."""

    filename: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_upload(*, name: str, content: bytes, limit: int) -> CheckedFile:
    """The file as it may be stored.

    Source: requirement 45, 46. Units: `limit` in bytes, inclusive.
    Raises: DomainError (field `file`) naming the file, what is wrong with it and what to do.
    """
    stem, ending = _split(name)
    shown = f"{stem}.{ending}" if ending else stem
    if not content:
        raise _refused(_("“%(name)s” is empty. Choose the file again."), shown)
    check_size(name=name, size=len(content), limit=limit)
    if ending not in ALLOWED_ENDINGS:
        raise _refused(
            _("“%(name)s” cannot be kept here. Save it as PDF, docx, xlsx, jpg or png."), shown
        )
    kind = _kind(content)
    if kind is None:
        raise _refused(
            _(
                "“%(name)s” is not what its name says, or it is damaged. Open it, save it again"
                " as PDF, docx, xlsx, jpg or png, and choose the new file."
            ),
            shown,
        )
    if kind in (JPEG, PNG):
        content = _redrawn(content, kind, shown)
        check_size(name=name, size=len(content), limit=limit)
    elif not _complete(content, kind):
        raise _refused(_("“%(name)s” is cut off or damaged. Choose the complete file."), shown)
    fitting = ending if ending in ENDINGS[kind] else ENDINGS[kind][0]
    stored = f"{stem[: NAME_LENGTH - len(fitting) - 1]}.{fitting}"
    return CheckedFile(filename=stored, content_type=kind, content=content)


def check_size(*, name: str, size: int, limit: int) -> None:
    """Refuse a file over `limit` bytes before it is read.

    Raises: DomainError (field `file`) with both sizes.
    """
    if size > limit:
        raise DomainError(
            _("“%(name)s” has %(size)s; at most %(limit)s are kept. Make it smaller or split it.")
            % {
                "name": _split(name)[0],
                "size": filesizeformat(size),
                "limit": filesizeformat(limit),
            },
            field="file",
        )


def _refused(text: str, shown: str) -> DomainError:
    return DomainError(text % {"name": shown}, field="file")


def _split(name: str) -> tuple[str, str]:
    """Stem and ending of the last path part, without control and invisible characters."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").rstrip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain or "file", ""
    return stem.strip(" .") or "file", ending.lower()


def _kind(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return None


def _office_kind(content: bytes) -> str | None:
    """docx or xlsx without macros, read from the package's own list of parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > PARTS_CAP or sum(p.file_size for p in parts) > UNPACKED_CAP:
                return None
            names = {part.filename for part in parts}
            with package.open("[Content_Types].xml") as listing:
                types = listing.read(1_000_000)
    except (zipfile.BadZipFile, KeyError, RuntimeError, zlib.error, OSError, ValueError, EOFError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "word/document.xml" in names and b"wordprocessingml.document.main+xml" in types:
        return DOCX
    if "xl/workbook.xml" in names and b"spreadsheetml.sheet.main+xml" in types:
        return XLSX
    return None


def _complete(content: bytes, kind: str) -> bool:
    """Whether a PDF has its end mark; an Office package without its end was refused before."""
    return kind != PDF or b"%%EOF" in content[-2048:]


def _redrawn(content: bytes, kind: str, shown: str) -> bytes:
    """The picture alone, upright, in its own format."""
    form = "JPEG" if kind == JPEG else "PNG"
    try:
        with Image.open(io.BytesIO(content), formats=(form,)) as picture:
            width, height = picture.size
            if width * height > PIXEL_CAP:
                raise _too_many_pixels(shown, width, height)
            upright = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(shown) from error
    except (OSError, SyntaxError, ValueError, zlib.error) as error:
        raise _refused(
            _("“%(name)s” is cut off or damaged. Choose the complete file."), shown
        ) from error
    if form == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
    buffer = io.BytesIO()
    upright.save(buffer, form, **({"quality": 90} if form == "JPEG" else {"optimize": False}))
    return buffer.getvalue()


def _too_many_pixels(shown: str, width: int = 0, height: int = 0) -> DomainError:
    if not width:
        return _refused(_("“%(name)s” has far too many pixels. Make the picture smaller."), shown)
    return DomainError(
        _(
            "“%(name)s” has %(width)d × %(height)d pixels; at most %(cap)d million are kept."
            " Make the picture smaller."
        )
        % {"name": shown, "width": width, "height": height, "cap": PIXEL_CAP // 1_000_000},
        field="file",
    )
