"""Cells of spreadsheets: texts that could be taken for a formula made harmless, and what people typed made tidy."""

FORMULA = tuple("=+-@\t\r\n'＝＋－＠")


def guarded(text: str) -> str:
    """With an apostrophe before it where it could be one; one that begins with an apostrophe gets another."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """What was guarded; an apostrophe that guards nothing is somebody's own, as in "'s-Hertogenbosch"."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def tidy(text: str) -> str:
    """Without blanks that nobody sees; in lines where it has them."""
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))
