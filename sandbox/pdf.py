"""A page or more of plain text as PDF 1.4, without a library: one font, fixed lines."""

from collections.abc import Iterator

_LINES_OF_A_PAGE = 60
_FONT_SIZE, _LEADING = 9, 12
_WIDTH, _HEIGHT, _MARGIN = 595, 842, 50  # A4, in points


def text_pdf(title: str, lines: list[str]) -> bytes:
    """A document with these lines in a typewriter font; what Latin-1 does not have becomes "?"."""
    pages = [lines[at : at + _LINES_OF_A_PAGE] for at in range(0, max(len(lines), 1), _LINES_OF_A_PAGE)]
    return _file(list(_objects(title, pages)))


def _objects(title: str, pages: list[list[str]]) -> Iterator[bytes]:
    """Numbered from 1: catalogue, page tree, font, title, then a page and its content by turns."""
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    yield b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    yield b"<< /Title " + _string(title) + b" /Producer (Core API sandbox) >>"
    for at, lines in enumerate(pages):
        yield (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * at} 0 R >>"
        ).encode()
        content = _content(lines)
        yield b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _content(lines: list[str]) -> bytes:
    shown = b"\n".join(_string(line) + b" '" for line in lines)
    start = f"BT /F1 {_FONT_SIZE} Tf {_LEADING} TL {_MARGIN} {_HEIGHT - _MARGIN} Td\n".encode()
    return start + shown + b"\nET"


def _string(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(" + escaped.encode("latin-1", "replace") + b")"


def _file(objects: list[bytes]) -> bytes:
    """The objects with a header, the table of where they begin, and a trailer."""
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )
