"""What people write can do no harm, and shows as people expect of a mail."""

import html
import random
import re
from time import perf_counter

import pytest

from models.message import LONGEST
from pages.components import markdown
from pages.components.markdown import escaped, safe

HARMLESS = re.compile(
    r"</?(blockquote|br|code|del|em|h[456]|hr|li|ol|p|pre|s|span|strong|table|tbody|td|th|thead|tr|ul)>"
    r'|<ol start="\d+">|<span class="link-mark">|</a>'
    r'|<a href="(https?://|mailto:)[^"<>]*" target="_blank" rel="noopener noreferrer nofollow">'
)
ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<!-- comment --><b>bold</b>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](\\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](ftp://evil.example)",
    "[x](//evil.example)",
    "[x](/profile)",
    "[x](https:evil)",
    "[x](https://[)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "javascript:alert(1) vbscript:x data:x",
    '[x](https://a.example "t\\" onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example/'><script>alert(1)</script>)",
    "![x](https://tracker.example/pixel.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![](https://tracker.example/pixel.png)",
    "[![x](https://tracker.example/a.png)](https://evil.example)",
    "![[x](https://a.example)](https://b.example/c.png)",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    '``` "><script>alert(1)</script>\ncode\n```',
    "    <script>alert(1)</script>",
    "> <script>\n> alert(1)",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <script> | d |",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "https://a.example/<script>alert(1)</script>",
    'https://a.example/"onmouseover="alert(1)',
    "mailto:x@a.example?body=<script>",
    "<span class=link-mark>trusted</span>",
    "\x00<script>\x00alert(1)</script>",
]
HOSTILE = [">", "> ", "[", "![", "*", "**a", "_", "`", "<", "&", "[a](", "|a", "www.a.b ", "http://", "@", "a@b ", "- "]
HOSTILE += [
    "[" + "*" * 1000,
    "~~a",
    "\\",
    "](",
    "1. ",
    "(",
    "mailto:",
    "https://a.b/(",
    "*a_",
    "`a``b```c",
    "://",
    "\n",
    "\t",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_but_harmless_tags_comes_out(text: str):
    html = safe(text)
    assert "<" not in HARMLESS.sub("", html), html


@pytest.mark.parametrize("seed", range(20))
def test_nor_of_any_jumble(seed: int):
    pieces = ATTACKS + list("[]()<>*_`|!\\\"'&\n ")
    html = safe("".join(random.Random(seed).choices(pieces, k=60)))
    assert "<" not in HARMLESS.sub("", html), html


def test_a_picture_from_elsewhere_becomes_a_link_to_it():
    html = safe("![our logo](https://tracker.example/pixel.png)")
    assert "<img" not in html
    assert 'href="https://tracker.example/pixel.png"' in html
    assert ">our logo<" in html


def test_a_link_opens_aside_and_says_where_it_leads():
    assert safe("[our site](https://example.com/help)") == (
        '<p><a href="https://example.com/help" target="_blank" rel="noopener noreferrer nofollow">our site'
        '<span class="link-mark"> (example.com) ↗</span></a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("[https://bank.example](https://evil.example)", "evil.example"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("[bank.example](https://bank.example.evil.example/bank.example)", "bank.example.evil.example"),
        ("https://bаnk.example", "xn--bnk-6cd.example"),  # a Cyrillic а
        ("[write to us](mailto:thief@evil.example)", "thief@evil.example"),
    ],
)
def test_a_link_that_says_another_address_is_found_out(text: str, whose: str):
    assert f"({whose}) ↗" in safe(text)


@pytest.mark.parametrize("text", ["https://example.com/a_b?x=1", "www.example.com", "me@example.com", "<https://a.b/>"])
def test_an_address_is_a_link_that_needs_no_second_address(text: str):
    assert '<span class="link-mark"> ↗</span>' in safe(text)


def test_signs_that_turn_text_around_are_dropped():
    assert safe("invoice\u202efdp.exe") == "<p>invoicefdp.exe</p>\n"
    assert escaped("<b>\u202egnp.exe") == "&lt;b&gt;gnp.exe"


def test_lines_stay_lines():
    assert safe("Bonjour,\nmerci.") == "<p>Bonjour,<br>\nmerci.</p>\n"


def test_a_signature_makes_no_heading_and_no_text_disappears():
    assert "<h" not in safe("Jeanne Petit\n---\nComptabilité").replace("<hr>", "")
    assert "[note]: see" in safe("[note]: see\n\n[ref]: /here").replace("<br>", "")
    assert "[ref]: /here" in safe("[note]: see\n\n[ref]: /here")


def test_streamlit_s_own_signs_and_formulas_are_plain_text():
    assert safe(":red[alarm] $x^2$ :material/home:") == "<p>:red[alarm] $x^2$ :material/home:</p>\n"


def test_tables_code_and_lists_are_drawn():
    html = safe("| a | b |\n|---|--:|\n| 1 | 2 |\n\n1. x\n\n~~old~~ `new`\n\n# Title")
    for part in ("<td>2</td>", "<li>x</li>", "<s>old</s>", "<code>new</code>", "<h4>Title</h4>"):
        assert part in html


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_no_longer_than_it_should(piece: str):
    text = (piece * LONGEST)[:LONGEST]
    began = perf_counter()
    html = safe(text)
    assert perf_counter() - began < 30  # whatever else the machine does; what backtracks would take hours
    assert len(html) < 20 * LONGEST


def test_a_wide_table_does_not_grow_without_measure():
    html = safe("|a" * 200 + "\n" + "|-" * 200 + "\n" + "a\n" * 24_000)
    assert len(html) < 20 * LONGEST


def test_what_is_nested_too_deep_is_shown_as_it_is():
    assert "the end" in safe(">" * 500 + " the end")
    assert "the end" in safe("- " * 500 + "the end")


HOSTILE = {
    "addresses": "a.co ",
    "mail addresses": "a@b.co ",
    "links": "http://a.co ",
    "www": "www.a.co ",
    "written links": "[a](http://b.co) ",
    "emphasis": "*_",
    "bold": "**a** ",
    "struck": "~~a~~ ",
    "code": "`a` ",
    "list": "- a\n",
    "nested list": "- a\n  - b\n",
    "numbers": "1. a\n",
    "quotes": "> a\n\n",
    "paragraphs": "a\n\n",
    "lines": "a\n",
    "headings": "# a\n",
    "rules": "---\n",
    "fences": "```\na\n```\n",
    "table": "|a|b|\n|-|-|\n",
    "entities": "&amp; ",
    "signs": "&",
    "tags": "<",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_what_would_take_long_to_draw_is_shown_as_it_is(shape, monkeypatch):
    """The parser does not even begin."""
    monkeypatch.setattr(markdown, "_drawn", lambda _: pytest.fail("it is drawn"))
    text = (HOSTILE[shape] * LONGEST)[:LONGEST]
    shown = safe(text)
    assert len(shown) <= 5 * len(text) + 100
    assert html.unescape(shown.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n")) == text


def test_html_that_is_far_longer_than_its_text_is_not_shown(monkeypatch):
    monkeypatch.setattr(markdown, "_LONGEST_HTML", 1_000)
    text = "- a\n" * 100
    assert safe(text) == "<p>" + text.replace("\n", "<br>") + "</p>"


@pytest.mark.parametrize(("count", "linked"), [(200, True), (201, False)])
def test_so_many_links_are_drawn_and_no_more(count, linked):
    assert ("<a href" in safe(" ".join(f"https://a{n}" for n in range(count)))) == linked


def test_a_long_text_that_people_write_is_drawn():
    text = "## Symptômes\n\n" + "\n\n".join(f"- étape **{n}** : `code {n}`, voir aussi 10.0.0.{n}" for n in range(150))
    assert safe(text).count("<li>") == 150 and "<h5>" in safe(text)
