"""Files that people made in a spreadsheet, and files that somebody made to do harm."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from data.core import workbooks
from data.core.exchange import grid_xlsx, grids
from data.core.uploads import Upload
from models.errors import Refused

PLAIN = [["Nom", "Étoiles"], ["Café; « démo »", "4"]]


def workbook(rows, **sheets) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, state in sheets.items():
        book.create_sheet(name).sheet_state = state
    return saved(book)


def saved(book: Workbook) -> bytes:
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def with_part(content: bytes, name: str, change, packed=zipfile.ZIP_DEFLATED) -> bytes:
    """The archive with one part changed, or added."""
    whole = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(whole, "w", packed) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, change(old.read(name).decode() if name in old.namelist() else ""))
    return whole.getvalue()


def read(content: bytes, name="clients.xlsx", sheet="") -> list[tuple[int, list[str]]]:
    return list(grids.rows(Upload(name, content), sheet))


def cells(content: bytes, **options) -> list[list[str]]:
    return [row for _, row in read(content, **options)]


def refused(content: bytes, name="clients.xlsx") -> str:
    with pytest.raises(Refused) as refusal:
        read(content, name)
    with pytest.raises(Refused):
        grids.look(Upload(name, content))
    assert name in str(refusal.value)
    return str(refusal.value)


SHEET = "xl/worksheets/sheet1.xml"
SHARED = with_part(
    workbook([["a"], ["b"]]),
    SHEET,
    lambda xml: re.sub(r't="inlineStr"><is><t>.</t></is>', 't="s"><v>0</v>', xml),
)


def without_strings(types: str) -> str:
    return re.sub(r"<Override[^>]*sharedStrings[^>]*/>", "", types)


# ------------------------------------------------------------------ CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(encoding, separator, ending):
    text = ending.join(separator.join(f'"{cell}"' for cell in row) for row in PLAIN)
    assert cells(text.encode(encoding), name="clients.csv") == PLAIN


def test_what_separates_is_told_outside_of_quotes_and_excel_may_name_it():
    assert cells(b'"a,b,c";d\n1;2\n') == [["a,b,c", "d"], ["1", "2"]]
    assert read(b"sep=,\r\na,b;c\r\n1,2\r\n") == [(2, ["a", "b;c"]), (3, ["1", "2"])]


def test_lines_are_those_of_the_file_also_after_cells_of_several_lines():
    assert read(b'Name,Address\n\nA,"1 rue\nParis"\n\nB,x\n') == [
        (1, ["Name", "Address"]),
        (3, ["A", "1 rue\nParis"]),
        (6, ["B", "x"]),
    ]


def test_what_a_download_guarded_comes_back_as_it_was():
    rows = [["'s-Hertogenbosch", "+33 1 02", "=1+1"]]
    for written in (workbooks.csv, workbooks.xlsx):
        assert cells(written(["a", "b", "c"], rows))[1:] == rows


def test_rows_may_be_shorter_or_longer_than_the_header():
    assert cells(b"a,b,c\n1\n1,2,3,4\n,,\n1,2,3,,,\n") == [["a", "b", "c"], ["1", "", ""], list("1234"), list("123")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b";;;\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
        (b"a\0b\n", "neither"),
        (b"\xff\xfea", "neither"),
        (b'a,b\n1,"2\n3,4\n', "row 2"),
        (b'a,b\n1,2\n"3"x,4\n', "row 3"),
        (b"," * 1_000_000 + b"x", "200 columns"),
        (b"x,y\n" + b"1," * 1_000_000 + b"1", "200 columns"),
        (b'a,b\n1,"' + b"x" * 200_000 + b'"', "row 2"),
    ],
)
def test_what_is_no_csv_file_is_refused_with_its_line(content, said):
    with pytest.raises(Refused, match=said):
        read(content, "clients.csv")


def test_too_many_rows_and_too_large_a_file_are_refused(monkeypatch):
    monkeypatch.setattr(grids, "MOST_ROWS", 3)
    assert len(read(b"a\n1\n\n2\n")) == 3
    with pytest.raises(Refused, match="more than 3 rows"):
        read(b"a\n1\n2\n3\n")
    monkeypatch.setattr(grids, "MOST_BYTES", 3)
    assert "larger" in refused(b"a\n1\n")


# ------------------------------------------------------------------ XLSX


def test_numbers_and_dates_come_as_people_would_type_them():
    row = ["C-1", 42, 4.5, 33612345678.0, date(2026, 3, 1), datetime(2026, 3, 1, 9, 30), True, None, " a  b "]
    assert cells(workbook([list("abcdefghi"), row]))[1] == [
        *("C-1", "42", "4.5", "33612345678", "2026-03-01", "2026-03-01 09:30:00", "True", "", "a b")
    ]


def test_formulas_count_as_what_they_came_to_and_those_never_calculated_are_seen():
    content = workbook([["a", "b"], ["=1+1", "=A2"]])
    assert cells(content)[1] == ["#CALC!", "#CALC!"]
    done = with_part(content, SHEET, lambda xml: xml.replace("<f>1+1</f><v />", "<f>1+1</f><v>2</v>"))
    assert cells(done)[1] == ["2", "#CALC!"]
    blank = with_part(content, SHEET, lambda xml: xml.replace('"B2"><f>A2', '"B2" t="str"><f>A2'))
    assert cells(blank)[1] == ["#CALC!", ""]


def test_texts_that_cells_share_are_read():
    kept = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>Café</t></si></sst>"
    told = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    content = with_part(SHARED, "xl/sharedStrings.xml", lambda _: kept)
    types = "[Content_Types].xml"
    whole = with_part(content, types, lambda xml: without_strings(xml).replace("</Types>", told))
    assert cells(whole) == [["Café"], ["Café"]]


def test_hidden_sheets_are_not_offered_and_the_first_visible_one_is_read():
    content = workbook([["a"]], Secret="hidden", Deeper="veryHidden", Zweite="visible")
    look = grids.look(Upload("x.xlsx", content))
    assert (look.sheets, look.sheet, look.header) == (("Sheet", "Zweite"), "Sheet", ("a",))
    with pytest.raises(Refused, match="no sheet called"):
        read(content, sheet="Secret")


def test_a_workbook_that_shows_nothing_is_refused():
    content = workbook([["a"]], Other="visible")
    hidden = with_part(content, "xl/workbook.xml", lambda xml: xml.replace('state="visible"', 'state="hidden"'))
    assert "hidden" in refused(hidden)


def test_merged_cells_are_refused_below_the_header_alone():
    book = Workbook()
    for row in (["a", "b"], ["1", "2"], ["3", "4"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    assert len(read(saved(book))) == 3
    book.active.merge_cells("A2:A3")
    with pytest.raises(Refused, match="A2:A3"):
        read(saved(book))


def test_a_sheet_that_claims_to_be_huge_is_as_large_as_it_is():
    content = workbook([["a", "b"], ["1", "2"]])
    huge = with_part(content, SHEET, lambda xml: xml.replace('ref="A1:B2"', 'ref="A1:XFD1048576"'))
    assert cells(huge) == [["a", "b"], ["1", "2"]]


def test_rows_and_columns_beyond_all_sheets_are_refused():
    content = workbook([["a", "b"], ["1", "2"]])
    assert "rows" in refused_later(with_part(content, SHEET, lambda xml: xml.replace('r="2"', 'r="999999999999"')))
    assert "columns" in refused_later(with_part(content, SHEET, lambda xml: xml.replace('"B2"', '"ZZZ2"')))
    assert "columns" in refused_later(with_part(content, SHEET, lambda xml: xml.replace('"B2"', '"XFD2"')))
    many = "".join("<c><v>1</v></c>" for _ in range(300_000))
    assert "columns" in refused_later(with_part(content, SHEET, lambda xml: xml.replace("</row>", many + "</row>", 1)))


def refused_later(content: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read(content)
    return str(refusal.value)


def test_a_bomb_is_not_unpacked(monkeypatch):
    content = workbook([["a"]])
    bomb = with_part(content, SHEET, lambda xml: xml + " " * 320_000_000)
    assert len(bomb) < 1_000_000
    assert "unpacked" in refused(bomb)
    wide = with_part(content, "xl/styles.xml", lambda xml: xml + " " * 21_000_000)
    assert "unpacked" in refused(wide)


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    evil = with_part(workbook([["a"]]), SHEET, lambda xml: bomb + xml)
    assert "damaged" in refused(evil)


def test_macros_are_refused_whatever_the_file_is_called():
    evil = with_part(workbook([["a"]]), "xl/vbaProject.bin", lambda _: "x")
    assert "macros" in refused(evil)


def test_old_files_passwords_and_other_archives_are_told_apart():
    assert "password" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("content.xml", "x")
    assert "neither" in refused(whole.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace("<sheetData>", "<sheetData><row r='x'/>"),
        lambda xml: re.sub(r't="inlineStr"><is><t>.</t></is>', 't="s"><v>99</v>', xml),
        lambda xml: xml.replace('r="A1"', 'r="1A"'),
        lambda _: "",
        lambda _: "<a" * 100_000,
    ],
)
def test_a_damaged_sheet_is_refused_in_words(change):
    assert "damaged" in refused(with_part(workbook([["a"], ["b"]]), SHEET, change))


def test_a_file_that_was_cut_off_is_refused_in_words():
    content = workbook([["a"], ["b"]])
    for cut in (5, 100, len(content) // 2, len(content) - 5):
        assert "damaged" in refused(content[:cut])


def test_an_upload_is_told_by_what_it_is_not_by_its_name():
    assert cells(workbook(PLAIN), name="clients.csv") == PLAIN
    assert cells("Nom;Étoiles\nA;4".encode(), name="clients.xlsx") == [["Nom", "Étoiles"], ["A", "4"]]


def test_the_limits_of_the_workbook_are_told_as_they_stand():
    assert grid_xlsx.LARGEST > grids.MOST_BYTES


def test_a_look_shows_the_first_rows_and_reads_no_further():
    content = b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(100)) + b'"unclosed\n'
    look = grids.look(Upload("x.csv", content))
    assert (look.header, look.sample[0], len(look.sample), look.sheets) == (("a", "b"), ("0", "x"), 5, ())
