"""What is said on a ticket, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from data import attachments, conversation, drafts, sheets, tickets
from data.conversation import Changed, Said
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.errors import NotAllowed, NotFound, Refused
from models.sla import State
from models.ticket import Kind, Status, Urgency

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"


@pytest.fixture
def reference(world) -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien", urgency=Urgency.CRITICAL)
    return tickets.file(world.desk(world.contact), form, store([Upload("écran.png", PNG)]))


def said(world, reference, by) -> list[Said]:
    entries = conversation.thread(world.desk(by), reference).entries
    return [entry for entry in entries if isinstance(entry, Said)]


def sheet(world, reference):
    return sheets.sheet(world.desk(world.technician), reference)


def test_the_first_public_reply_of_the_staff_is_the_first_response_and_takes_the_ticket(world, reference):
    world.now += timedelta(minutes=20)
    conversation.reply(world.desk(world.technician), reference, "Nous regardons.")
    answered = sheet(world, reference)
    assert answered.first_response.state == State.MET
    assert answered.first_response.stopped_at == world.now
    assert (answered.status, answered.assignee) == (Status.IN_PROGRESS, "Technician")


def test_a_note_or_a_clients_message_is_no_first_response(world, reference):
    conversation.note(world.desk(world.technician), reference, "Voir avec l’équipe réseau")
    conversation.reply(world.desk(world.contact), reference, "Des nouvelles ?")
    assert sheet(world, reference).first_response.stopped_at is None
    assert sheet(world, reference).status == Status.NEW


def test_a_pause_moves_the_deadline_by_the_open_time_it_took(world, reference):
    conversation.reply(world.desk(world.technician), reference, "Quelle version ?", ask=True)
    waiting = sheet(world, reference)
    assert waiting.status == Status.WAITING
    assert waiting.resolution_clock.due_at is None
    assert waiting.resolution_clock.state == State.PAUSED
    world.now = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)  # Wednesday 09:00; it waited 12–20 h and 8–9 h of opening: 9 h
    conversation.reply(world.desk(world.contact), reference, "La 12.")
    resumed = sheet(world, reference)
    assert resumed.status == Status.IN_PROGRESS
    # 4 h from Tuesday 12:00, of which none had passed: four hours from Wednesday 09:00.
    assert resumed.resolution_clock.due_at == datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_a_staff_reply_while_waiting_does_not_end_the_pause(world, reference):
    desk = world.desk(world.technician)
    conversation.reply(desk, reference, "Quelle version ?", ask=True)
    conversation.reply(desk, reference, "Il nous faut aussi le journal.")
    assert sheet(world, reference).status == Status.WAITING


def test_a_contact_never_sees_a_note_nor_what_came_with_it(world, reference):
    conversation.note(
        world.desk(world.technician), reference, "Client difficile", store([Upload("interne.txt", b"secret")])
    )
    conversation.reply(world.desk(world.technician), reference, "Bonjour", store([Upload("guide.txt", b"public")]))
    assert [one.body for one in said(world, reference, world.technician)] == ["Client difficile", "Bonjour"]
    assert [one.body for one in said(world, reference, world.contact)] == ["Bonjour"]
    assert "interne" not in str(conversation.thread(world.desk(world.contact), reference))
    internal = said(world, reference, world.technician)[0].files[0].id
    with pytest.raises(NotFound):
        attachments.content(world.desk(world.contact), internal)


def test_sales_read_the_conversation_without_its_notes(world, reference):
    conversation.note(world.desk(world.technician), reference, "Client difficile")
    assert said(world, reference, world.sales) == []


def test_an_attachment_is_read_by_those_who_read_the_ticket_and_is_not_there_for_others(world, reference):
    [shown] = conversation.thread(world.desk(world.contact), reference).files
    assert (shown.name, shown.size, shown.previewed) == ("écran.png", len(PNG), True)
    content = attachments.content(world.desk(world.contact), shown.id)
    assert (content.mime, content.stream.read()) == ("image/png", PNG)
    for missing in (shown.id, 999, 0, -1, 2**70):
        with pytest.raises(NotFound, match=r"There is no attachment"):
            attachments.content(world.desk(world.stranger), missing)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("photo.png", b"<html><script>alert(1)</script>", "text/plain"),
        ("page.html", PNG, "image/png"),
        ("journal.log", b"12:00 start\n12:01 stop\n", "text/plain"),
        ("table.csv", "référence;prix\n".encode(), "text/csv"),
        ("x.bin", bytes(range(256)), "application/octet-stream"),
    ],
)
def test_a_file_is_what_it_contains_not_what_it_is_called(world, name, content, mime):
    form = TicketForm(kind=Kind.INCIDENT, subject="Fichier", description="Voir la pièce jointe")
    reference = tickets.file(world.desk(world.contact), form, store([Upload(name, content)]))
    [shown] = conversation.thread(world.desk(world.contact), reference).files
    kept = attachments.content(world.desk(world.contact), shown.id).mime
    assert kept == mime or (mime == "text/plain" and kept in {"text/html", "text/plain"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), ("a\x00b\r\n.txt", "ab.txt"), ("///", "file")],
)
def test_a_files_name_is_no_path(world, reference, name, kept):
    conversation.reply(world.desk(world.contact), reference, "", store([Upload(name, b"x")]))
    assert said(world, reference, world.contact)[-1].files[0].name == kept


@pytest.mark.parametrize(
    ("text", "files", "words"),
    [
        (" \n", [], "Write something"),
        ("x" * 50_001, [], "too long"),
        ("x", [Upload("vide.txt", b"")], "empty"),
        ("x", [Upload(f"{n}.txt", b"x") for n in range(21)], "files at a time"),
    ],
)
def test_a_refused_message_leaves_nothing_behind(world, reference, text, files, words):
    with pytest.raises(Refused, match=words):
        conversation.reply(world.desk(world.technician), reference, text, store(files))
    assert said(world, reference, world.technician) == []
    assert sheet(world, reference).status == Status.NEW


def test_a_reply_on_top_of_one_that_was_not_read_is_refused_until_it_is(world, reference):
    seen = conversation.thread(world.desk(world.technician), reference).last_message_id
    conversation.reply(world.desk(world.contact), reference, "C’est réparé, merci !")
    with pytest.raises(Refused, match="Contact has just written"):
        conversation.reply(world.desk(world.technician), reference, "Redémarrez", seen=seen)
    seen = conversation.thread(world.desk(world.technician), reference).last_message_id
    conversation.reply(world.desk(world.technician), reference, "Parfait", seen=seen)


@pytest.mark.parametrize("author", ["technician", "contact"])
def test_of_two_tabs_of_one_person_the_second_answer_is_refused_until_the_first_is_read(world, reference, author):
    desk = world.desk(getattr(world, author))
    seen = conversation.thread(desk, reference).last_message_id
    conversation.reply(desk, reference, "We look into it.", seen=seen)
    with pytest.raises(Refused, match="another tab"):
        conversation.reply(desk, reference, "We are looking into it.", seen=seen)
    seen = conversation.thread(desk, reference).last_message_id
    conversation.reply(desk, reference, "We are looking into it, too.", seen=seen)
    assert [one.body for one in said(world, reference, world.technician)] == [
        "We look into it.",
        "We are looking into it, too.",
    ]


def test_two_tabs_that_send_at_the_same_moment_send_one_answer(world, reference):
    desk = world.desk(world.technician)
    seen = conversation.thread(desk, reference).last_message_id

    def answer(number: int) -> bool:
        try:
            conversation.reply(desk, reference, f"Answer {number}", seen=seen)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(answer, range(4))) == 1
    assert len(said(world, reference, world.technician)) == 1


def test_an_own_note_is_no_reason_to_read_again(world, reference):
    desk = world.desk(world.technician)
    seen = conversation.thread(desk, reference).last_message_id
    conversation.note(desk, reference, "Look at the network")
    conversation.reply(desk, reference, "We look into it.", seen=seen)


def test_the_very_same_words_are_not_sent_twice_in_a_row(world, reference):
    desk = world.desk(world.technician)
    conversation.reply(desk, reference, "We look into it.")
    seen = conversation.thread(desk, reference).last_message_id
    with pytest.raises(Refused, match="very words"):
        conversation.reply(desk, reference, " We look into it.\n", seen=seen)
    world.now += timedelta(minutes=11)
    conversation.reply(desk, reference, "We look into it.", seen=seen)
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.contact), reference, "Any news?")
    conversation.reply(desk, reference, "We look into it.", seen=10**9)


def test_the_thread_tells_messages_and_changes_in_order(world, reference):
    conversation.reply(world.desk(world.technician), reference, "Quelle version ?", ask=True)
    world.now += timedelta(hours=1)
    conversation.reply(world.desk(world.contact), reference, "La 12.")
    told = [
        entry.body if isinstance(entry, Said) else entry.after
        for entry in conversation.thread(world.desk(world.contact), reference).entries
    ]
    assert told == ["Quelle version ?", "new", "waiting", "La 12.", "in_progress"]


def test_a_long_conversation_is_read_from_its_end_in_as_many_queries_as_a_short_one(world, reference, count_queries):
    desk = world.desk(world.technician)
    conversation.reply(desk, reference, "0")
    count_queries()
    conversation.thread(desk, reference)
    short = count_queries()
    for number in range(1, 30):
        world.now += timedelta(minutes=1)
        conversation.reply(desk, reference, str(number), store([Upload("a.txt", b"x")]))
    count_queries()
    thread = conversation.thread(desk, reference, latest=10)
    assert count_queries() == short
    assert [entry.body for entry in thread.entries if isinstance(entry, Said)] == [str(n) for n in range(20, 30)]
    assert thread.earlier == 20
    assert not [entry for entry in thread.entries if isinstance(entry, Changed)]  # all of them are older


def test_a_draft_is_kept_for_its_writer_alone_until_it_is_sent(world, reference):
    mine, colleagues = world.desk(world.technician), world.desk(world.colleague)
    drafts.save(mine, reference, "Bonjour, nous av")
    drafts.save(mine, reference, "Bonjour, nous avons trouvé")
    assert drafts.saved(mine, reference) == "Bonjour, nous avons trouvé"
    assert drafts.saved(colleagues, reference) == ""
    conversation.reply(mine, reference, "Bonjour, nous avons trouvé.")
    assert drafts.saved(mine, reference) == ""
    drafts.save(mine, reference, "x")
    drafts.save(mine, reference, " ")
    assert drafts.saved(mine, reference) == ""
    drafts.save(mine, reference, "Redémarrez")
    tickets.resolve(mine, reference, "Redémarrez.")
    assert drafts.saved(mine, reference) == ""
    with pytest.raises(NotFound):
        drafts.save(world.desk(world.stranger), reference, "x")


def test_colleagues_who_have_the_ticket_open_see_each_other_for_a_minute(world, reference):
    mine, colleagues = world.desk(world.technician), world.desk(world.colleague)
    assert drafts.look_in(mine, reference).others == ()
    assert drafts.look_in(colleagues, reference).others == ("Technician",)
    conversation.reply(colleagues, reference, "Je m’en occupe")
    seen = drafts.look_in(mine, reference)
    assert (seen.others, seen.last_author) == (("Colleague",), "Colleague")
    world.now += timedelta(seconds=61)
    assert drafts.look_in(mine, reference).others == ()
    with pytest.raises(NotAllowed):
        drafts.look_in(world.desk(world.contact), reference)
