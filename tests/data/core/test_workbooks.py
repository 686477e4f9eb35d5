"""What a list looks like once it is a file, to whoever opens it in a spreadsheet."""

import csv
import errno
import re
import tempfile
import tracemalloc
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.core import workbooks
from data.core.cells import guarded, unguarded
from data.core.exchange import shape
from models.errors import DiskFull
from models.user import Language

EVIL = ["=1+1", "+33 1 02", "-2", "@SUM(A1)", "\t=1", "＝1", "'=1", '=HYPERLINK("http://evil.example")']


def cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_numbers_dates_and_moments_stay_what_they_are():
    noon = datetime(2026, 3, 3, 11, 0, 5, 7, tzinfo=UTC)
    row = ["Société d’été; « démo »", 12, 1.5, date(2026, 3, 3), noon, None]
    _, found = cells(workbooks.xlsx("abcdef", [row]))
    assert found == [row[0], 12, 1.5, datetime(2026, 3, 3), datetime(2026, 3, 3, 12, 0, 5), None]
    sheet = load_workbook(BytesIO(workbooks.xlsx("abcdef", [row]))).active
    assert [sheet.cell(2, place).number_format for place in (4, 5)] == ["yyyy-mm-dd", "yyyy-mm-dd h:mm:ss"]
    _, text = lines(workbooks.csv("abcdef", [row]))
    assert text == [row[0], "12", "1,5", "2026-03-03", "2026-03-03 12:00:05", ""]


def test_a_csv_has_the_separators_of_its_reader():
    rows = [["a;b, c", 1.5, 12, 1e-05, -0.25]]
    french, english = (workbooks.csv("abcde", rows, one).decode("utf-8-sig") for one in Language)
    assert french.splitlines() == ["a;b;c;d;e", '"a;b, c";1,5;12;0,00001;-0,25']
    assert english.splitlines() == ["a,b,c,d,e", '"a;b, c",1.5,12,0.00001,-0.25']


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_taken_for_a_formula(text):
    book = load_workbook(BytesIO(workbooks.xlsx([text], [[text]]))).active
    for cell in (book["A1"], book["A2"]):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    for row in lines(workbooks.csv([text], [[text]])):
        assert row == [guarded(text)] and row[0].startswith("'")
        assert unguarded(row[0]) == text


STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
INNER = [
    "Printer;=cmd|'/C calc'!A1",
    "Printer,=1+1",
    "Printer\t@SUM(A1)",
    "Printer|+1",
    'Printer; "=1"',
    'Printer;"=1+1"',
    "Two lines\n=1+1\n- a list\r\n+2",
    '"quoted" ;-1',
    "a;\t=1",
    ";,\t|=1",
    "'=1;'=2",
    'x",=1',
]


@pytest.mark.parametrize("read_as", [",", ";", "\t", "|"])
@pytest.mark.parametrize("text", [*EVIL, *INNER])
def test_no_cell_begins_with_a_formula_whatever_separator_the_file_is_opened_with(text, read_as):
    """Neither in the files of the screens nor in the command line's export."""
    screens = workbooks.csv(["Subject", "Client"], [["Reference", text], [text, text]]).decode("utf-8-sig")
    export = StringIO(newline="")
    csv.writer(export).writerow(shape.write("ticket", {"reference": "INC-1", "subject": text, "description": text}))
    for content in (screens, export.getvalue()):
        for row in csv.reader(StringIO(content, newline=""), delimiter=read_as):
            assert not [cell for cell in row if cell.lstrip(' "').startswith(STARTS)], row


@given(st.text(alphabet="=+-@\t\r\n'\"＝,;| ab", max_size=40))
def test_what_was_guarded_comes_back_and_never_begins_a_cell(text):
    safe = guarded(text)
    assert unguarded(safe) == text
    for cell in re.split(r"[,;\t|\r\n]", safe):
        assert not cell.lstrip(' "').startswith(STARTS)


def test_an_apostrophe_that_guards_nothing_stays():
    assert unguarded("'s-Hertogenbosch") == "'s-Hertogenbosch"
    assert unguarded(guarded("'s-Hertogenbosch")) == "'s-Hertogenbosch"


def test_what_no_cell_takes_is_left_out():
    long = "x" * 40_000
    _, (told, cut, wrong) = cells(workbooks.xlsx("abc", [["a\x00\x0bb", long, "#N/A"]]))
    assert (told, len(str(cut)), wrong) == ("ab", 32_767, "#N/A")
    assert load_workbook(BytesIO(workbooks.xlsx("a", [["#N/A"]]))).active["A2"].data_type == "s"


def test_the_header_stays_in_sight_and_filters_all_rows():
    sheet = load_workbook(BytesIO(workbooks.xlsx(["Name", "Stars"], [["A", 3], ["B", 4]]))).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:B3", True)


def test_a_list_of_nothing_is_a_header():
    assert cells(workbooks.xlsx(["Name"], [])) == [["Name"]]
    assert lines(workbooks.csv(["Name"], [])) == [["Name"]]


@pytest.mark.parametrize("written", [workbooks.csv, workbooks.xlsx])
def test_rows_are_not_kept_in_memory(written):
    tracemalloc.start()
    content = written(["Name", "At"], ([f"Client {n}", n] for n in range(20_000)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * len(content) + 6_000_000


def test_a_file_that_cannot_be_written_leaves_nothing_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        for number in range(5000):
            yield [number]
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        workbooks.xlsx(["number"], rows())
    assert list(tmp_path.iterdir()) == []
    assert workbooks.xlsx(["number"], [[1]]) and list(tmp_path.iterdir()) == []
