"""Text from a person made so that no spreadsheet takes it for a formula, in files that hold nothing but text."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def plain(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would calculate it instead of showing it.

    A carriage return becomes a line feed: CSV puts that between quotes, while the other would begin a row of its own.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
