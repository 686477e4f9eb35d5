"""A client's papers: who finds, adds and removes them, and what is refused."""

from datetime import date
from threading import Thread

import pytest
from sqlmodel import Session, select

from data import documents
from data.core.settings import settings
from data.core.uploads import StoredFile, Upload, store
from models.audit import AuditEntry
from models.document import Document, DocumentKind, Paper
from models.errors import NotAllowed, NotFound, Refused

QUOTE, ORDER, INVOICE = DocumentKind
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


def paper(number: str = "FA-1", kind: DocumentKind = INVOICE, dated: str = "2026-03-01", title: str = "") -> Paper:
    return Paper(kind, number, title, date.fromisoformat(dated))


def file(name: str = "facture.pdf", content: bytes = PDF) -> StoredFile:
    return store([Upload(name, content)])[0]


def add(world, number: str = "FA-1", client=None, content: bytes = PDF, **said) -> int:
    client = client or world.acme
    return documents.add(world.desk(world.sales), client.id, paper(number, **said), file(content=content))


def numbers(world, user=None, client=None, **asked) -> list[str]:
    found = documents.search(world.desk(user or world.contact), (client or world.acme).id, **asked)
    return [line.number for line in found.lines]


def test_what_sales_add_a_contact_of_the_client_finds_and_reads(world):
    document_id = add(world, title="Licences  2026 ")
    contact = world.desk(world.contact)
    [line] = documents.search(contact, world.acme.id).lines
    assert (line.id, line.kind, line.number, line.title) == (document_id, INVOICE, "FA-1", "Licences 2026")
    assert (line.dated, line.size, line.shown_in_a_tab) == (date(2026, 3, 1), len(PDF), True)
    content = documents.content(contact, document_id)
    with content.stream as stream:
        assert (content.name, content.mime, stream.read()) == ("facture.pdf", "application/pdf", PDF)


def test_a_contact_sees_its_own_company_s_papers_and_nobody_else_s_exist(world):
    document_id = add(world)
    stranger = world.desk(world.stranger)
    assert numbers(world, world.stranger, world.other) == []
    for asked in (
        lambda: documents.search(stranger, world.acme.id),
        lambda: documents.counts(stranger, world.acme.id),
        lambda: documents.search(stranger, 999_999),
    ):
        with pytest.raises(NotFound, match="There is no client"):
            asked()
    said = set()
    for asked_id in (document_id, 999_999, 0, -1, 2**63, 10**30):
        with pytest.raises(NotFound) as refused:
            documents.content(stranger, asked_id)
        said.add(refused.value.message)
    assert said == {"There is no document {id}."}


def test_technicians_look_sales_and_managers_add_and_remove(world):
    document_id = add(world)
    assert numbers(world, world.technician) == ["FA-1"]
    for user in (world.technician, world.contact):
        desk = world.desk(user)
        for deed in (
            lambda desk=desk: documents.add(desk, world.acme.id, paper(), file()),
            lambda desk=desk: documents.add_all(desk, world.acme.id, [(paper(), file())]),
            lambda desk=desk: documents.remove(desk, document_id, "Why not"),
            lambda desk=desk: documents.problems(desk, world.acme.id, []),
        ):
            with pytest.raises(NotAllowed):
                deed()
    documents.remove(world.desk(world.manager), document_id, "Mistaken")


def test_the_newest_come_first_a_page_at_a_time(world, count_queries):
    for number in range(45):
        add(world, f"N{number:02}", dated=f"2026-03-{1 + number // 3:02}", content=PDF + b"%d" % number)
    desk, found, after = world.desk(world.contact), [], None
    while True:
        count_queries()
        page = documents.search(desk, world.acme.id, after=after)
        assert count_queries() <= 4
        found += [line.number for line in page.lines]
        after = page.after
        if after is None:
            break
    assert found == [f"N{number:02}" for number in reversed(range(45))]


def test_a_page_that_is_just_full_has_none_after_it(world):
    for number in range(documents.PAGE):
        add(world, str(number))
    assert documents.search(world.desk(world.contact), world.acme.id).after is None


def test_they_are_narrowed_by_kind_year_and_words(world):
    add(world, "D-1", kind=QUOTE, dated="2025-12-31", title="Forfait été")
    add(world, "C-1", kind=ORDER, dated="2026-01-01", title="Forfait d’été")
    add(world, "F-1", dated="2026-12-31", title="Cœur de réseau 100 %")
    assert numbers(world) == ["F-1", "C-1", "D-1"]
    assert numbers(world, kind=QUOTE) == ["D-1"]
    assert numbers(world, year=2026) == ["F-1", "C-1"]
    assert numbers(world, year=0) == numbers(world, year=10**9) == []
    assert numbers(world, text="ETE forf") == ["C-1", "D-1"]
    assert numbers(world, text="f-1") == ["F-1"]
    assert numbers(world, text="coeur") == ["F-1"]
    assert numbers(world, text="100 %") == ["F-1"]
    assert numbers(world, text="_") == numbers(world, text="%-") == numbers(world, text="\x00été x") == []
    assert numbers(world, kind=ORDER, year=2026, text="d'ete") == ["C-1"]


def test_they_are_counted_by_kind_and_year(world):
    for number, dated in enumerate(("2025-12-31", "2026-01-01", "2026-05-05")):
        add(world, str(number), dated=dated)
    add(world, "Q", kind=QUOTE, dated="2025-01-01")
    add(world, "X", client=world.other)
    documents.remove(world.desk(world.sales), add(world, "R", dated="2020-01-01"), "Mistaken")
    counted = documents.counts(world.desk(world.contact), world.acme.id)
    assert [(one.kind, one.year, one.count) for one in counted] == [
        (INVOICE, 2026, 2),
        (INVOICE, 2025, 1),
        (QUOTE, 2025, 1),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Paper(None, "1", "", date(2026, 1, 1)), "Say what it is: a quote, an order or an invoice."),
        (Paper(None, "1", "", date(2026, 1, 1), said_kind="avoir"), "“avoir” is neither"),
        (Paper(INVOICE, " ", "", date(2026, 1, 1)), "Give the number of the document."),
        (Paper(INVOICE, "1" * 61, "", date(2026, 1, 1)), "too long"),
        (Paper(INVOICE, "1", "x" * 201, date(2026, 1, 1)), "too long"),
        (Paper(INVOICE, "1"), "Give the date written on the document."),
        (Paper(INVOICE, "1", said_date="31/02/2026"), "“31/02/2026” is no date"),
        (Paper(INVOICE, "1", "", date(26, 3, 1)), "cannot be right"),
        (Paper(INVOICE, "1", "", date(2062, 3, 1)), "cannot be right"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_in_words(world, given, said):
    with pytest.raises(Refused, match=said):
        documents.add(world.desk(world.sales), world.acme.id, given, file())
    assert numbers(world) == []


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"x" * 1_048_577, "too large: 1 MB")])
def test_files_are_neither_empty_nor_too_large(world, monkeypatch, content, said):
    monkeypatch.setenv("GUICHET_MAX_FILE_MB", "1")
    settings.cache_clear()
    with pytest.raises(Refused, match=said):
        add(world, content=content)


def test_a_file_is_what_its_content_says(world):
    add(world, content=b"<script>alert(1)</script>")
    [line] = documents.search(world.desk(world.contact), world.acme.id).lines
    assert not line.shown_in_a_tab
    with documents.content(world.desk(world.contact), line.id).stream as stream:
        assert stream.read().startswith(b"<script>")


def test_the_same_file_under_the_same_number_is_there_once(world):
    document_id = add(world)
    with pytest.raises(Refused, match="The client has FA-1 already"):
        add(world, " FA-1 ")
    add(world, "FA-2")
    add(world, content=PDF + b"other")
    add(world, client=world.other)
    documents.remove(world.desk(world.sales), document_id, "To be replaced")
    add(world)
    assert sorted(numbers(world)) == ["FA-1", "FA-1", "FA-2"]


def test_a_folder_is_added_whole_or_not_at_all_and_every_problem_is_told_by_its_row(world):
    add(world, "there")
    desk = world.desk(world.sales)
    pairs = [
        (paper("ok"), file(content=b"1")),
        (Paper(), file(content=b"2")),
        (paper("there"), file()),
        (paper("ok"), file(content=b"1")),
        (paper("empty"), Upload("vide.pdf", b"")),
    ]
    found = documents.problems(desk, world.acme.id, pairs)
    assert [(problem.row, str(problem.why)) for problem in found] == [
        (1, "Say what it is: a quote, an order or an invoice."),
        (1, "Give the number of the document."),
        (1, "Give the date written on the document."),
        (2, "The client has there already, with this very file."),
        (3, "ok stands here twice, with the same file."),
        (4, "The file “vide.pdf” is empty."),
    ]
    with pytest.raises(Refused):
        documents.add_all(desk, world.acme.id, pairs[:-1])
    assert numbers(world) == ["there"]
    assert documents.add_all(desk, world.acme.id, [pairs[0], (paper("two"), file(content=b"2"))]) == 2
    assert sorted(numbers(world)) == ["ok", "there", "two"]


def test_a_folder_takes_the_same_queries_however_many_files(world, count_queries):
    def cost(many: int) -> int:
        pairs = [(paper(f"{many}-{number}"), file(content=b"%d %d" % (many, number))) for number in range(many)]
        count_queries()
        documents.problems(world.desk(world.sales), world.acme.id, pairs)
        return count_queries()

    assert cost(2) == cost(60)
    with pytest.raises(Refused, match="200 files at a time"):
        cost(201)


def test_nothing_is_added_to_a_client_that_is_not_there(world):
    with pytest.raises(NotFound):
        documents.add(world.desk(world.sales), 999_999, paper(), file())


def test_what_is_removed_is_gone_for_everybody_and_the_trail_says_why(world):
    document_id = add(world)
    sales = world.desk(world.sales)
    for reason in ("", " \n"):
        with pytest.raises(Refused, match="Say why"):
            documents.remove(sales, document_id, reason)
    documents.remove(sales, document_id, "Sent to the wrong client")
    assert numbers(world) == numbers(world, world.manager) == []
    for again in (
        lambda: documents.content(world.desk(world.contact), document_id),
        lambda: documents.remove(sales, document_id, "Again"),
    ):
        with pytest.raises(NotFound):
            again()
    with Session(world.engine) as session:
        trail = session.exec(select(AuditEntry).where(AuditEntry.table_name == "document")).all()
    assert [(entry.action, entry.user_id) for entry in trail] == [
        ("documents.add", world.sales.id),
        ("documents.remove", world.sales.id),
    ]
    assert trail[1].after["removed_because"] == "Sent to the wrong client"


def test_two_who_add_the_same_at_once_add_it_once(world):
    said: list[str] = []

    def adding() -> None:
        try:
            add(world)
        except Refused as refusal:
            said.append(refusal.message)

    threads = [Thread(target=adding) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 5
    with Session(world.engine) as session:
        assert len(session.exec(select(Document)).all()) == 1
