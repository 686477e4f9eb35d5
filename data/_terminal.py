"""What is printed on a terminal."""


def printable(text: str) -> str:
    """Names are what people typed: nothing in them steers a terminal."""
    return "".join(one if one.isprintable() else "?" for one in text)
