"""What a preview says of the tickets that move, in the grammar of both languages."""

import re

import pytest

from models.preview import Preview
from models.user import Language
from pages.components.preview import preview_html
from pages.components.text import speaking


def tiles(preview: Preview, language: Language) -> list[tuple[str, str, str]]:
    """Number, words and tone of each."""
    with speaking(language):
        return re.findall(r'<li data-tone="(\w+)"><b>(.*?)</b><span>(.*?)</span>', preview_html(preview))


@pytest.mark.parametrize(
    ("language", "running", "moved", "said"),
    [
        (Language.ENGLISH, 1, 1, "moves, of 1 running ticket"),
        (Language.ENGLISH, 3, 1, "moves, of 3 running tickets"),
        (Language.ENGLISH, 3, 2, "move, of 3 running tickets"),
        (Language.FRENCH, 1, 1, "change, sur 1 ticket en cours"),
        (Language.FRENCH, 3, 1, "change, sur 3 tickets en cours"),
        (Language.FRENCH, 3, 2, "changent, sur 3 tickets en cours"),
    ],
)
def test_one_ticket_is_one_ticket(language, running, moved, said):
    assert tiles(Preview(running=running, moved=moved), language)[0] == ("plain", str(moved), said)


def test_a_ticket_no_longer_at_risk_is_told_without_praise():
    """It may be so because the client is promised less."""
    *_others, last = tiles(Preview(running=1, moved=1, saved=1), Language.FRENCH)
    assert last == ("plain", "1", "n’est plus à risque")
    *_others, last = tiles(Preview(running=2, moved=2, saved=2), Language.FRENCH)
    assert last == ("plain", "2", "ne sont plus à risque")


def test_what_else_a_change_does_stands_before_the_tickets_as_the_text_it_is():
    with speaking(Language.ENGLISH):
        for preview in (Preview(), Preview(running=1, moved=1)):
            html = preview_html(preview, ["The <b>code</b> ends."])
            assert "<li>The &lt;b&gt;code&lt;/b&gt; ends.</li>" in html
