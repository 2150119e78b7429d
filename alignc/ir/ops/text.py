"""Text: Unicode, by code point. Patterns are the RE2 subset of `alignc.ir.regex`."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

from alignc.ir.ops.spec import INTEGER, TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import BOOL, INT64, STRING

_X = Param("x", TEXT)
_TEXTS = (STRING, STRING)
WHITE_SPACE = " \t\n\r\x0b\x0c"
# The letters that have capitals in all programs, and these: elsewhere engines do not agree.
SMALL = ascii_lowercase + "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
CAPITAL = ascii_uppercase + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŸ"
# Accents as characters of their own, an emoji that is one and one that is two code points.
_ACCENT, _EMOJI, _FLAG = "e\u0301", "\U0001f600", "\U0001f1f3\U0001f1f4"

OPS = (
    OpSpec(
        name="contains",
        params=(_X, Param("text", TEXT, constant=True)),
        returns=fixed(BOOL),
        doc="Whether `text` occurs in `x`, letter for letter.",
        examples=(
            Example(("a.b", "."), True),
            Example(("ab", "."), False),
            Example(("100%", "%"), True),
            Example(("it's", "'"), True),
            Example(("", "a"), False),
            Example((None, "a"), None, (STRING, STRING)),
        ),
    ),
    OpSpec(
        name="matches",
        params=(_X, Param("pattern", TEXT, constant=True)),
        returns=fixed(BOOL),
        doc="Whether the regular expression `pattern` is found anywhere in `x`.",
        examples=(
            Example(("Braund, Mr. Owen", r"(Mr|Mrs)\."), True),
            Example(("Heikkinen, Miss. Laina", r"(Mr|Mrs)\."), False),
            Example(("ab\n", "b$"), False),
            Example(("a1", r"^[a-z]\d$"), True),
            Example(("a\u0663", r"\d"), False),
            Example(("a\nb", "a.b"), False),
            Example(("\u00e9", r"\w"), False),
            Example((None, "a"), None, (STRING, STRING)),
        ),
    ),
    OpSpec(
        name="length",
        params=(_X,),
        returns=fixed(INT64),
        doc="The number of code points of `x`.",
        examples=(
            Example(("abc",), 3),
            Example(("",), 0),
            Example((" a\n",), 3),
            Example((_ACCENT,), 2),
            Example((_EMOJI,), 1),
            Example((_FLAG,), 2),
            Example(("stra\u00dfe",), 6),
            Example((None,), None, (STRING,)),
        ),
    ),
    OpSpec(
        name="lower",
        params=(_X,),
        returns=fixed(STRING),
        doc="`x` in small letters, each character by itself: \u03a3 is always \u03c3, \u0130 is i.",
        examples=(
            Example(("AbC 1_\u00c5",), "abc 1_\u00e5"),
            Example(("STRA\u00dfE \u1e9e",), "stra\u00dfe \u00df"),
            Example(("\u0130I\u0131",), "ii\u0131"),
            Example(("\u01c5 \u01c4",), "\u01c6 \u01c6"),
            Example(("\u039f\u0394\u039f\u03a3",), "\u03bf\u03b4\u03bf\u03c3"),
            Example(("E\u0301\U00010400",), "e\u0301\U00010428"),
            Example(("",), ""),
            Example((None,), None, (STRING,)),
        ),
    ),
    OpSpec(
        name="upper",
        params=(_X,),
        returns=fixed(STRING),
        doc="`x` with capitals for a to z and \u00e0 to \u00ff; other letters stay, also \u00df.",
        examples=(
            Example(("aBz 1_",), "ABZ 1_"),
            Example(
                ("stra\u00dfe \u00e9\u00f8\u00f7\u00ff\u00b5",),
                "STRA\u00dfE \u00c9\u00d8\u00f7\u0178\u00b5",
            ),
            Example(("i\u0131\u01c6\u03c2",), "I\u0131\u01c6\u03c2"),
            Example(("e\u0301",), "E\u0301"),
            Example(("",), ""),
            Example((None,), None, (STRING,)),
        ),
    ),
    OpSpec(
        name="strip",
        params=(_X, Param("characters", TEXT, constant=True)),
        returns=fixed(STRING),
        doc="`x` without the `characters` at its start and its end.",
        examples=(
            Example(("  a b ", " "), "a b"),
            Example(("\t a\u00a0\n", " \t\n\r\x0b\x0c"), "a\u00a0"),
            Example(("xyaxyx", "yx"), "a"),
            Example((_EMOJI + "a" + _EMOJI, _EMOJI), "a"),
            Example((_ACCENT, "\u0301"), "e"),
            Example(("it's", "'s"), "it"),
            Example(("[a-z]", "[]-"), "a-z"),
            Example(("xx", "x"), ""),
            Example((None, " "), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="strip_start",
        params=(_X, Param("characters", TEXT, constant=True)),
        returns=fixed(STRING),
        doc="`x` without the `characters` at its start.",
        examples=(
            Example(("  a ", " "), "a "),
            Example(("0070", "0"), "70"),
            Example(("xyax", "yx"), "ax"),
            Example((None, " "), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="strip_end",
        params=(_X, Param("characters", TEXT, constant=True)),
        returns=fixed(STRING),
        doc="`x` without the `characters` at its end.",
        examples=(
            Example(("  a ", " "), "  a"),
            Example(("1.500", "0"), "1.5"),
            Example(("xaxy", "yx"), "xa"),
            Example((None, " "), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="starts_with",
        params=(_X, Param("text", TEXT)),
        returns=fixed(BOOL),
        doc="Whether `x` begins with `text`, letter for letter.",
        examples=(
            Example(("abc", "ab"), True),
            Example(("abc", "bc"), False),
            Example(("100%", "1__"), False),
            Example(("a.b", "a."), True),
            Example(("ab", "abc"), False),
            Example(("abc", ""), True),
            Example((_ACCENT, "\u00e9"), False),
            Example((None, "a"), None, _TEXTS),
            Example(("a", None), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="ends_with",
        params=(_X, Param("text", TEXT)),
        returns=fixed(BOOL),
        doc="Whether `x` ends with `text`, letter for letter.",
        examples=(
            Example(("abc", "bc"), True),
            Example(("abc", "ab"), False),
            Example(("100%", "0%"), True),
            Example(("100", "%"), False),
            Example(("bc", "abc"), False),
            Example(("abc", ""), True),
            Example(("a" + _EMOJI, _EMOJI), True),
            Example((None, "a"), None, _TEXTS),
            Example(("a", None), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="concat",
        params=(_X, Param("texts", TEXT, variadic=True)),
        returns=fixed(STRING),
        doc="The texts one after the other.",
        examples=(
            Example(("a", "b"), "ab"),
            Example(("a", "", "\u00df", _EMOJI), "a\u00df" + _EMOJI),
            Example(("it's ", '"it"\\n'), 'it\'s "it"\\n'),
            Example(("a",), "a"),
            Example(("a", None), None, _TEXTS),
            Example((None, "b"), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="slice",
        params=(
            _X,
            Param("offset", INTEGER, constant=True),
            Param("length", INTEGER, constant=True, variadic=True),
        ),
        returns=lambda types: STRING if len(types) <= 3 else "it takes one length",
        doc="The code points from `offset` on, at most `length` of them; from the end if `offset` is "
        "negative. What is outside of `x` is left out.",
        examples=(
            Example(("abcdef", 2), "cdef"),
            Example(("abcdef", 0, 2), "ab"),
            Example(("abcdef", 1, 3), "bcd"),
            Example(("abcdef", 4, 9), "ef"),
            Example(("abcdef", 9, 1), ""),
            Example(("abcdef", 2, 0), ""),
            Example(("abcdef", -2), "ef"),
            Example(("abcdef", -3, 2), "de"),
            Example(("ab", -3), "ab"),
            Example(("ab", -3, 2), "a"),
            Example(("ab", -3, 1), ""),
            Example(("a" + _EMOJI + _ACCENT, 1, 2), _EMOJI + "e"),
            Example(("", -1, 1), ""),
            Example((None, 0, 1), None, (STRING, INT64, INT64)),
        ),
    ),
    OpSpec(
        name="find",
        params=(_X, Param("text", TEXT, constant=True)),
        returns=fixed(INT64),
        doc="The position in code points, from 0, at which `text` first occurs in `x`; null if nowhere.",
        examples=(
            Example(("abcb", "b"), 1),
            Example(("abc", "abc"), 0),
            Example((_EMOJI + _ACCENT + "x", "x"), 3),
            Example(("a.b", "."), 1),
            Example(("abc", "B"), None),
            Example(("", "a"), None),
            Example((None, "a"), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="replace",
        params=(_X, Param("text", TEXT, constant=True), Param("value", TEXT, constant=True)),
        returns=fixed(STRING),
        doc="`x` with `value` wherever `text` occurs, letter for letter.",
        examples=(
            Example(("a.b.c", ".", "-"), "a-b-c"),
            Example(("aaa", "aa", "b"), "ba"),
            Example(("abc", "b", ""), "ac"),
            Example(("abc", "x", "y"), "abc"),
            Example(("it's", "'", "$1\\1"), "it$1\\1s"),
            Example((_EMOJI + "a", _EMOJI, "\u00df"), "\u00dfa"),
            Example((None, "a", "b"), None, (STRING, STRING, STRING)),
        ),
    ),
    OpSpec(
        name="replace_matches",
        params=(_X, Param("pattern", TEXT, constant=True), Param("value", TEXT, constant=True)),
        returns=fixed(STRING),
        doc="`x` with the text `value` wherever the regular expression `pattern` matches.",
        examples=(
            Example(("a1b22", r"\d+", "#"), "a#b#"),
            Example(("a  b\t c", r"\s+", " "), "a b c"),
            Example(("Miss Mary, Mr. M", r"Miss|Mr", "X"), "X Mary, X. M"),
            Example(("aXbXc", "^a|c$", ""), "XbX"),
            Example(("foo foo", "^foo", "bar"), "bar foo"),
            Example(("x=1", "(x)=([0-9])", "$1\\1\\0&${x}"), "$1\\1\\0&${x}"),
            Example(("caf\u00e9 " + _EMOJI, r"[^a-z ]", "?"), "caf? ?"),
            Example(("abc", "x*y", ""), "abc"),
            Example((None, "a", "b"), None, (STRING, STRING, STRING)),
        ),
    ),
    OpSpec(
        name="extract",
        params=(
            _X,
            Param("pattern", TEXT, constant=True),
            Param("group", INTEGER, constant=True),
        ),
        returns=fixed(STRING),
        doc="What `group` of the regular expression `pattern` holds where it first matches in `x`, 0 is "
        "the whole match; null where it does not match.",
        examples=(
            Example(("order 66, 67", r"\d+", 0), "66"),
            Example(("a=1;b=22", "(\\w)=(\\d\\d)", 2), "22"),
            Example(("a=1;b=22", "(\\w)=(\\d\\d)", 1), "b"),
            Example(("a=;", "a=(\\d*);", 1), ""),
            Example(("", "^(x*)$", 1), ""),
            Example(("b", "a=(\\d*);", 1), None),
            Example(("2026-03", "(?:^|-)([0-9]+)$", 1), "03"),
            Example(("Miss Mr", "Miss|Mr", 0), "Miss"),
            Example(("it's (so)", "\\((s.)\\)", 1), "so"),
            Example((_ACCENT + _EMOJI + "\n", "e(.)" + _EMOJI, 1), "\u0301"),
            Example(("a\nb", "a(.*)", 1), ""),
            Example((None, "(a)", 1), None, (STRING, STRING, INT64)),
        ),
    ),
)
