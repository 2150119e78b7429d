"""Lines for a terminal: where they are broken and where they are not."""

from __future__ import annotations

from alignc.wrapping import wrapped, wrapped_lines


def test_lines_are_broken_between_words() -> None:
    assert wrapped("one two three four", width=9) == ["one two", "three", "four"]
    assert wrapped("one two three", "    ", 9) == ["one two", "    three"]
    assert wrapped("a-long-name stays", width=8) == ["a-long-name", "stays"]
    assert wrapped("x" * 80) == ["x" * 80]


def test_what_is_quoted_is_one_word() -> None:
    assert wrapped("say `lint --fix x` now", width=8) == ["say", "`lint --fix x`", "now"]
    assert wrapped('the "a \\" b" here', width=6) == ["the", '"a \\" b"', "here"]
    assert wrapped("one ` of two", width=6) == ["one `", "of two"]


def test_what_is_there_stays() -> None:
    assert wrapped("") == [""]
    assert wrapped("  = help:  x") == ["  = help:  x"]
    assert wrapped("one\n\ntwo three", "  ", 8) == ["one", "", "  two", "  three"]


def test_lines_go_on_further_in() -> None:
    text = "a long title\n  a = long line\n"
    assert wrapped_lines(text, 10) == "a long\n    title\n  a = long\n      line\n"
