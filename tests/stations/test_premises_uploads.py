"""What may be uploaded: a corpus of honest, broken and hostile files, made by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image, PngImagePlugin

from policeroom.common.errors import DomainError
from stations import uploads
from stations.uploads import DOCX, JPEG, PDF, PNG, XLSX, check_upload

pytestmark = pytest.mark.unit


LIMIT = 200_000
PDF_BYTES = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def office(main: str, part: str, *, extra: str = "") -> bytes:
    """A minimal Office package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        package.writestr(part, "<x/>")
        if extra:
            package.writestr(extra, "x")
    return buffer.getvalue()


DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCX_BYTES = office(DOCX_MAIN, "word/document.xml")
XLSX_BYTES = office(XLSX_MAIN, "xl/workbook.xml")


def picture(form: str, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, form, **options)
    return buffer.getvalue()


def png_with_size(width: int, height: int) -> bytes:
    """A PNG that claims a size without holding that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


@pytest.mark.parametrize(
    ("name", "content", "kind", "stored"),
    [
        pytest.param("制度.pdf", PDF_BYTES, PDF, "制度.pdf", id="pdf"),
        pytest.param("a.docx", DOCX_BYTES, DOCX, "a.docx", id="docx"),
        pytest.param("a.xlsx", XLSX_BYTES, XLSX, "a.xlsx", id="xlsx"),
        pytest.param("A.JPEG", picture("JPEG"), JPEG, "A.jpeg", id="jpeg"),
        pytest.param("a.png", picture("PNG"), PNG, "a.png", id="png"),
        pytest.param("photo.jpg", picture("PNG"), PNG, "photo.png", id="png-named-jpg"),
        pytest.param("a.xlsx", DOCX_BYTES, DOCX, "a.docx", id="docx-named-xlsx"),
        pytest.param("../../etc/a.pdf", PDF_BYTES, PDF, "a.pdf", id="path-in-name"),
        pytest.param("C:\\x\\a.pdf", PDF_BYTES, PDF, "a.pdf", id="windows-path-in-name"),
        pytest.param("a\r\n\u202efdp.pdf", PDF_BYTES, PDF, "afdp.pdf", id="control-in-name"),
        pytest.param(".pdf", PDF_BYTES, PDF, "file.pdf", id="no-stem"),
        pytest.param("x" * 300 + ".pdf", PDF_BYTES, PDF, "x" * 116 + ".pdf", id="long-name"),
    ],
)
def test_honest_file_gets_the_type_of_its_content(
    name: str, content: bytes, kind: str, stored: str
) -> None:
    file = check_upload(name=name, content=content, limit=LIMIT)

    assert (file.content_type, file.filename) == (kind, stored)
    assert file.size == len(file.content)
    assert len(file.filename) <= 120


MZ = b"MZ\x90\x00" + b"\0" * 400
HTML = b"<!doctype html><script>alert(1)</script>"
ODD = [
    pytest.param("setup.exe", MZ, "cannot be kept", id="exe"),
    pytest.param("setup.pdf", MZ, "not what its name says", id="exe-named-pdf"),
    pytest.param("setup.jpg", MZ, "not what its name says", id="exe-named-jpg"),
    pytest.param("page.pdf", HTML, "not what its name says", id="html-named-pdf"),
    pytest.param("page.html", HTML, "cannot be kept", id="html"),
    pytest.param("a.svg", b"<svg onload='x'/>", "cannot be kept", id="svg"),
    pytest.param("a.png", b"<svg onload='x'/>", "not what its name says", id="svg-named-png"),
    pytest.param("a.pdf", b" " + PDF_BYTES, "not what its name says", id="pdf-after-junk"),
    pytest.param("a.pdf", b"%PDF-1.4\n1 0 obj", "cut off", id="pdf-without-end"),
    pytest.param("a.pdf", b"", "is empty", id="empty"),
    pytest.param("noending", PDF_BYTES, "cannot be kept", id="no-ending"),
    pytest.param("a.docm", DOCX_BYTES, "cannot be kept", id="docm"),
    pytest.param(
        "a.docx",
        office(DOCX_MAIN, "word/document.xml", extra="word/vbaProject.bin"),
        "not what its name says",
        id="docx-with-macros",
    ),
    pytest.param(
        "a.docx", office("text/plain", "word/document.xml"), "not what its name says", id="zip"
    ),
    pytest.param("a.docx", DOCX_BYTES[:60], "not what its name says", id="docx-cut"),
    pytest.param("a.png", picture("PNG")[:60], "cut off", id="png-cut"),
    pytest.param("a.jpg", picture("JPEG", (400, 400))[:700], "cut off", id="jpeg-cut"),
    pytest.param("a.png", png_with_size(9000, 9000), "9000 × 9000", id="81-million-pixels"),
    pytest.param("a.png", png_with_size(12000, 10000), "pixels", id="120-million-pixels"),
    pytest.param("a.png", png_with_size(60000, 60000), "pixels", id="pixel-bomb"),
    pytest.param("a.pdf", PDF_BYTES.ljust(LIMIT + 1), "at most", id="one-byte-too-large"),
]


@pytest.mark.parametrize(("name", "content", "reason"), ODD)
def test_odd_file_is_refused_with_the_reason(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DomainError, match=reason) as refusal:
        check_upload(name=name, content=content, limit=LIMIT)

    assert refusal.value.field == "file"


def test_file_of_exactly_the_limit_passes() -> None:
    content = PDF_BYTES[:-6].ljust(LIMIT - 6) + b"%%EOF\n"

    assert check_upload(name="a.pdf", content=content, limit=LIMIT).size == LIMIT


def test_office_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UNPACKED_CAP", 1000)
    bomb = office(DOCX_MAIN, "word/document.xml", extra="word/" + "a" * 10)
    buffer = io.BytesIO(bomb)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/zeros", b"\0" * 100_000)

    with pytest.raises(DomainError, match="not what its name says"):
        check_upload(name="a.docx", content=buffer.getvalue(), limit=LIMIT)


def test_position_and_camera_data_are_removed_from_a_photograph() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # stored lying on its side
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 42.0)
    raw = picture("JPEG", (40, 20), exif=exif, comment=b"SecretComment") + b"SecretTail"
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825) != {}

    file = check_upload(name="p.jpg", content=raw, limit=LIMIT)

    clean = Image.open(io.BytesIO(file.content))
    assert dict(clean.getexif()) == {}
    assert clean.size == (20, 40)  # upright
    assert b"Secret" not in file.content


def test_text_is_removed_from_a_png_and_transparency_stays() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SecretAuthor")
    buffer = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(buffer, "PNG", pnginfo=notes)
    assert b"SecretAuthor" in buffer.getvalue()

    file = check_upload(name="a.png", content=buffer.getvalue(), limit=LIMIT)

    assert b"SecretAuthor" not in file.content
    assert Image.open(io.BytesIO(file.content)).getpixel((0, 0)) == (0, 0, 0, 0)


def test_the_same_picture_gives_the_same_bytes() -> None:
    raw = picture("JPEG")

    first = check_upload(name="a.jpg", content=raw, limit=LIMIT)
    second = check_upload(name="b.jpg", content=raw, limit=LIMIT)

    assert first.sha256 == second.sha256
