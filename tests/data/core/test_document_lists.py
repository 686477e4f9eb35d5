"""What is said of the files of a folder: by a list, or by their names."""

from datetime import date

import pytest

from data.core import document_lists
from data.core.document_lists import guess, read
from data.core.uploads import Upload
from models.document import DocumentKind, Paper

QUOTE, ORDER, INVOICE = DocumentKind
MARCH = date(2026, 3, 1)


def folder(*names: str, **lists: str | bytes) -> document_lists.Folder:
    told = [
        Upload(f"{name}.csv", text if isinstance(text, bytes) else text.encode("utf-8-sig"))
        for name, text in lists.items()
    ]
    return read([*(Upload(name, name.encode()) for name in names), *told])


def said(found: document_lists.Folder) -> list[str]:
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("Facture FA-2026-001 2026-03-01.pdf", Paper(INVOICE, "FA-2026-001", "", MARCH)),
        ("facture_FA-2026-001_01-03-2026.PDF", Paper(INVOICE, "FA-2026-001", "", MARCH)),
        ("2026/Devis D12 Licences Opaline 1.3.2026.pdf", Paper(QUOTE, "D12", "Licences Opaline", MARCH)),
        ("20260301 BC44 - Badges.pdf", Paper(ORDER, "BC44", "Badges", MARCH)),
        ("FA2026-001.pdf", Paper(INVOICE, "FA2026-001")),
        ("Invoice 2026-0312.pdf", Paper(INVOICE, "2026-0312")),
        ("Commande n°17 31-02-2026.pdf", Paper(ORDER, "n°17", "31-02-2026")),
        ("scan.pdf", Paper(title="scan")),
        (".pdf", Paper()),
        ("", Paper()),
    ],
)
def test_a_name_tells_what_it_says_and_no_more(name, paper):
    assert guess(name) == paper


@pytest.mark.parametrize("written", ["2026-03-01", "20260301", "2026/03/01", "01/03/2026", "1.3.2026", " 1-3-2026 "])
def test_dates_are_iso_or_begin_with_the_day(written):
    assert document_lists.day(written) == MARCH


@pytest.mark.parametrize("written", ["", "01/03/26", "31/02/2026", "03/31/2026", "2026-13-01", "1.3-2026", "١/٣/٢٠٢٦"])
def test_what_is_no_date_is_not_guessed_at(written):
    assert document_lists.day(written) is None


@pytest.mark.parametrize(
    "text",
    [
        "Fichier;Nature;Numéro;Titre;Date\r\na.pdf;Facture;FA-1;Été;01/03/2026\r\n",
        "file,kind,number,title,date\na.pdf,invoice,FA-1,Été,2026-03-01\n",
        'sep=;\nDate;Titre;N°;Type;Nom du fichier\n1/3/2026;"Été";FA-1;FACTURE;A.PDF\n',
        "Fichier;Nature;Numéro;Titre;Date\na.pdf;facture;FA-1;Été;01/03/2026\n".encode("cp1252"),
    ],
    ids=["French", "English", "columns in any order", "as Excel saves it"],
)
def test_a_list_is_read_as_people_write_it(text):
    found = folder("a.pdf", liste=text)
    assert [paper for paper, _ in found.pairs] == [Paper(INVOICE, "FA-1", "Été", MARCH)]
    assert found.listed and not found.problems and not found.guessed


def test_what_a_list_says_in_no_known_words_is_kept_to_be_told():
    [(paper, _)] = folder("a.pdf", liste="fichier;nature;numero;date\na.pdf;avoir;A1;31/02/2026\n").pairs
    assert paper == Paper(None, "A1", "", None, said_kind="avoir", said_date="31/02/2026")


def test_a_list_may_name_files_by_their_folder_and_accents_of_any_system():
    text = "fichier;numero\n2025/facture.pdf;A\nfacture.pdf;B\nReçu.pdf;C\n"
    found = folder("papiers/2025/facture.pdf", "papiers/facture.pdf", "papiers/rec\u0327u.pdf")
    assert len(found.pairs) == 3
    found = read([upload for _, upload in found.pairs] + [Upload("papiers/liste.csv", text.encode())])
    assert [(paper.number, upload.name) for paper, upload in found.pairs] == [
        ("A", "papiers/2025/facture.pdf"),
        ("B", "papiers/facture.pdf"),
        ("C", "papiers/rec\u0327u.pdf"),
    ]
    assert not found.problems


def test_every_problem_of_a_list_is_told_with_its_line():
    text = "fichier;numero\nnowhere.pdf;1\na.pdf;2\na.pdf;3\n;4\nsame.pdf;5\n"
    found = folder("a.pdf", "x/same.pdf", "y/same.pdf", liste=text)
    assert said(found) == [
        "Line 2: the file “nowhere.pdf” is not among those chosen.",
        "Line 4: the file “a.pdf” was named before.",
        "Line 5: the file “” is not among those chosen.",
        "Line 6: several files are called “same.pdf”.",
    ]


def test_a_file_that_the_list_does_not_name_is_guessed_and_told_apart():
    found = folder("Devis D1.pdf", "a.pdf", liste="fichier;nature;numero\na.pdf;facture;F1\n")
    assert [(paper.kind, paper.number) for paper, _ in found.pairs] == [(INVOICE, "F1"), (QUOTE, "D1")]
    assert found.guessed == {1} and not found.problems


def test_files_of_one_name_are_all_there():
    assert len(folder("a.pdf", "a.pdf", liste="fichier;numero\nb.pdf;1\n").pairs) == 2


def test_two_lists_are_one_too_many():
    found = folder("a.pdf", one="fichier;numero\na.pdf;1\n", two="fichier;numero\na.pdf;2\n")
    assert said(found) == ["There is more than one list: one.csv, two.csv. Send one."]


@pytest.mark.parametrize("text", ["jour;heures\n1;2\n", "", "\x00", 'fichier;numero\n"a.pdf;1\n'])
def test_a_csv_file_that_is_no_list_is_a_paper_itself(text):
    found = folder("a.pdf", heures=text)
    assert not found.listed and [upload.name for _, upload in found.pairs] == ["a.pdf", "heures.csv"]


def test_what_systems_leave_in_folders_is_passed_over():
    found = folder("p/.DS_Store", "p/Thumbs.db", "p/desktop.ini", "p/~$devis.docx", "p/Devis D1.pdf")
    assert [upload.name for _, upload in found.pairs] == ["p/Devis D1.pdf"]
