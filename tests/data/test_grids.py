"""Files that people made in a spreadsheet, and files that somebody made to do harm."""

import logging
import re
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.core import workbooks
from data.core.exchange import csv_lines, grid_csv, grid_xlsx, grids, xml_parts
from data.core.uploads import Upload
from models.errors import Refused

HOUSE = Path(__file__).parents[2]
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


def test_a_cell_or_a_row_that_is_too_long_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(grid_csv, "LONGEST_CELL", 10)
    monkeypatch.setattr(csv_lines, "LONGEST_LINE", 100)
    assert cells(b"a,b\n" + b"x" * 10 + b",y\n")[1] == ["x" * 10, "y"]
    assert "row 2: a cell has more than 10" in refused_later(b"a,b\n" + b"x" * 11 + b",y\n")
    assert "row 3: it has more than 100" in refused_later(b"a,b\n1,2\n" + b"x," * 100 + b"\n")
    assert "row 2: it has more than 100" in refused_later(b"a,b\n" + b'"1\n2",' * 30 + b"\n")
    assert "row 2: it has more than 100" in refused_later(b'a,b\n"' + b"1\n" * 100)


def test_a_file_that_is_one_line_takes_no_more_memory_than_its_bytes():
    content = b"a\n" + b"x," * 3_000_000
    tracemalloc.start()
    assert "row 2" in refused_later(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * len(content)


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
    assert cells(sharing("<si><t>Café</t></si>")) == [["Café"], ["Café"]]
    assert cells(sharing("<si><r><t>Ca</t></r><r><t>fé</t></r></si>")) == [["Café"], ["Café"]]


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


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
DECLARED = '<?xml version="1.0" encoding="UTF-16"?>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "change",
    [
        lambda xml: BOMB + xml,
        lambda xml: f"<!--{'x' * 2_000}-->{BOMB}{xml}",
        lambda xml: (DECLARED + BOMB + re.sub(r"<\?.*?\?>", "", xml)).encode("utf-16"),
        lambda xml: "<!DOCTYPE x SYSTEM 'http://192.0.2.1/x.dtd'>" + xml,
        lambda xml: "<!DOCTYPE x>" + xml,
    ],
    ids=["first", "after a comment", "in UTF-16", "elsewhere", "empty"],
)
def test_no_part_may_declare_a_document_type(part, change):
    assert "damaged" in refused(with_part(workbook([["a"]]), part, change))


def renamed(content: bytes, name: str, change) -> bytes:
    """The archive with its sheet under another name."""
    whole = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            if part == SHEET:
                new.writestr(f"xl/worksheets/{name}", change(text))
            else:
                new.writestr(part, text.replace("sheet1.xml", name))
    return whole.getvalue()


def test_a_part_of_any_name_is_read_within_the_same_limits():
    content = workbook([["a"], ["b"]])
    assert cells(renamed(content, "sheet1.dat", lambda xml: xml)) == [["a"], ["b"]]
    assert "damaged" in refused(renamed(content, "sheet1.dat", lambda xml: BOMB + xml))
    assert "unpacked" in refused(renamed(content, "sheet1.dat", lambda xml: xml + " " * 320_000_000))


def test_what_is_read_counts_whatever_the_archive_says_of_itself(monkeypatch):
    """The size that the list of parts gives is a lie."""
    monkeypatch.setattr(xml_parts, "LARGEST", 50_000)
    content = with_part(workbook([["a"]]), SHEET, lambda xml: xml + " " * 100_000)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        true = archive.getinfo(SHEET).file_size
    lying = content.replace(true.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != content and refused(lying)


STRINGS = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>{}</sst>"


def sharing(strings: str) -> bytes:
    told = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    content = with_part(SHARED, "xl/sharedStrings.xml", lambda _: STRINGS.format(strings))
    return with_part(content, "[Content_Types].xml", lambda xml: without_strings(xml).replace("</Types>", told))


@pytest.mark.parametrize("size", [70_000, 3_000_000])
def test_no_cell_is_longer_than_a_spreadsheet_takes(size):
    content = workbook([["a"], ["b"]])
    long = with_part(content, SHEET, lambda xml: xml.replace("<t>b</t>", f"<t>{'x' * size}</t>"))
    assert "characters" in refused_later(long)
    assert "characters" in refused_later(sharing(f"<si><t>{'x' * size}</t></si>"))
    pieces = "".join(f"<r><t>{n % 10}</t></r>" for n in range(size // 10))
    assert "characters" in refused_later(sharing(f"<si>{pieces}</si>"))


def test_a_tag_or_a_comment_is_not_as_long_as_the_file():
    content = workbook([["a"], ["b"]])
    for change in (
        lambda xml: xml.replace('r="A2"', f'r="A2" x="{"x" * 3_000_000}"'),
        lambda xml: xml.replace("</row>", f"</row><!--{'x' * 3_000_000}-->", 1),
    ):
        assert "unpacked" in refused_later(with_part(content, SHEET, change))


def test_a_list_of_parts_without_end_is_not_read(monkeypatch):
    monkeypatch.setattr(xml_parts, "_LARGEST_DIRECTORY", 200)
    assert "unpacked" in refused(workbook([["a"]]))


def test_a_large_archive_s_own_list_of_parts_is_as_short(monkeypatch):
    content = workbook([["a"]])
    at = content.rfind(b"PK\x05\x06")
    size, offset = (int.from_bytes(content[at + n : at + n + 4], "little") for n in (12, 16))
    for told in (size, 10_000_000):
        record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10, 10, told, offset)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
        large = content[:at] + record + locator + content[at:]
        assert cells(large) == [["a"]] if told == size else "unpacked" in refused(large)


def test_a_part_that_is_read_as_a_whole_is_small(monkeypatch):
    many = with_part(workbook([["a"]]), "xl/styles.xml", lambda xml: xml.replace("<fonts", "<x/>" * 400_000 + "<fonts"))
    assert "unpacked" in refused_later(many)


GREEDY = """
import resource, sys
from pathlib import Path
from data.core.exchange import grids
from data.core.uploads import Upload
from models.errors import Refused
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for _ in grids.rows(Upload("bomb.xlsx", Path(sys.argv[1]).read_bytes())):
        pass
except Refused:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("</row>", '<c r="A1"/>' * 2_000_000 + "</row>", 1),
        lambda xml: xml.replace("<sheetData>", "<x/>" * 1_000_000 + "<sheetData>"),
        lambda xml: xml.replace("</sheetData>", "<row/>" * 300_000 + "</sheetData>"),
        lambda xml: xml.replace("<t>b</t>", f"<t>{'x' * 20_000_000}</t>"),
    ],
    ids=["cells of one row", "elements before the rows", "rows", "one text"],
)
def test_a_bomb_takes_little_memory(tmp_path, change):
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(with_part(workbook([["a"], ["b"]]), SHEET, change))
    run = [sys.executable, "-c", GREEDY, str(bomb)]
    grown = subprocess.run(run, cwd=HOUSE, capture_output=True, text=True, check=True, timeout=120)
    assert int(grown.stdout) < 40  # MiB


def test_shared_texts_take_little_memory(tmp_path, monkeypatch):
    bomb = sharing("<si><t>x</t></si>" + "<si/>" * 100_000)
    tracemalloc.start()
    cells(bomb)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8_000_000
    monkeypatch.setattr(grid_xlsx, "_MOST_STRINGS", 1_000)
    assert "unpacked" in refused_later(bomb)


def test_a_mistake_of_ours_is_not_called_a_damaged_file(monkeypatch):
    def mistaken(_value: object) -> str:
        raise AssertionError("a mistake")

    monkeypatch.setattr(grid_xlsx, "_text", mistaken)
    with pytest.raises(AssertionError):
        read(workbook([["a"]]))


def test_why_a_file_is_damaged_is_in_the_log(caplog):
    with caplog.at_level(logging.INFO, "guichet"):
        assert "damaged" in refused(with_part(workbook([["a"]]), SHEET, lambda xml: xml[:200]))
    assert "ExpatError" in caplog.text


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
