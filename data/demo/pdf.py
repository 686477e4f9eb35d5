"""A PDF of one page, written by hand: lines of Helvetica on A4."""

from collections.abc import Iterable

_FONTS = ("Helvetica", "Helvetica-Bold")
_HEIGHT = 842  # points

Line = tuple[float, float, float, bool, str]  # from the left and the top, in points; size; bold; text


def page(lines: Iterable[Line], title: str) -> bytes:
    drawn = b"\n".join(_drawn(*line) for line in lines)
    fonts = b"".join(
        b"/F%d << /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >> " % (number, name.encode())
        for number, name in enumerate(_FONTS)
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 %d] /Resources << /Font << %s>> >> /Contents 4 0 R >>"
        % (_HEIGHT, fonts),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Title (%s) >>" % _text(title),
    )
    whole, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    index = b"".join(b"%010d 00000 n \n" % place for place in places)
    return whole + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, index, len(objects) + 1, len(whole))
    )


def _drawn(left: float, top: float, size: float, bold: bool, text: str) -> bytes:
    at = f"BT /F{int(bold)} {size:g} Tf {left:g} {_HEIGHT - top:g} Td (".encode()
    return at + _text(text) + b") Tj ET"


def _text(text: str) -> bytes:
    written = text.encode("cp1252", "replace")
    return written.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
