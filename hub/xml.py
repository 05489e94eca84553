"""The one safe way to read XML that somebody sent, and to check it against a schema.

A submission is read in a stream: its parts (the elements that hold documents) come one at a time
and are dropped when the next is complete, so a file of the greatest size stays in bounded memory.
No DOCTYPE, no entities, no network. The bytes are decoded by strict Python codecs before libxml2
sees them, so what a file says about its encoding cannot fool it.

Source: profiles "README", Limits; "criteria", Order of evaluation 1.
"""

import codecs
import re
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any, cast

from lxml import etree

from hub.domain.criteria import finding
from hub.domain.errors import Unreadable

SUBMISSION_BYTES_MAX = 64 * 1024 * 1024
DOCUMENTS_MAX = 5_000
DOCUMENT_BYTES_MAX = 1024 * 1024
DEPTH_MAX = 40
ATTRIBUTES_MAX = 64
PARTS_MAX = 50_000
"""Parts after which a file is not read to its end: it has too many documents, or parts with none
in such numbers that reading on would take a minute."""
MARKUP_CHARACTERS_MAX = 1_000_000
"""`<` and `=` that one part may hold: a node takes some 40 times the bytes of `<a/>`. A part of
5,000 forms holds fewer than 700,000."""

_CHUNK_BYTES = 64 * 1024
_SERIALISED_GROWTH_MAX = 6
"""Serialising can lengthen text at most so many times (`"` to `&quot;` in an attribute)."""

_LINE_FIELD_MAX = 65_535


class SchemaDisagrees(Exception):
    """The schema refuses a document that the field table found clean: a bug of ours."""


class Stream:
    """The parts of one submission, in file order.

    Iterate once; only after the last part are `root` (what is left around the parts) and the
    absence of family X faults certain. A part may be changed at will.

    Raises:
        Unreadable: X006, X004, X003 before the first part; X001 and X007 at any time; X009 for a
            prefix that is not declared; X011 for more than PARTS_MAX parts.
    """

    def __init__(self, raw: bytes, *, encodings: Collection[str], parts: Collection[str]) -> None:
        self._body = _utf8_body(raw, encodings)
        self._parts = parts
        self._count = 0
        self._too_nested = False
        self.may_have_namespaces = b"xmlns" in self._body
        self.part_bytes_max = 0
        self.root: etree._Element

    def __iter__(self) -> Iterator[etree._Element]:
        parser = _parser(self._parts)
        done: etree._Element | None = None
        begin = markup = 0
        for start in range(0, len(self._body), _CHUNK_BYTES):
            chunk = self._body[start : start + _CHUNK_BYTES]
            markup += chunk.count(b"<") + chunk.count(b"=")
            _feed(parser, chunk)
            for element in _finished(parser):
                if _is_inside(element, self._parts):
                    continue
                self.part_bytes_max = start + len(chunk) - begin
                yield from self._part(element)
                begin, markup = start, 0
                _drop(done)
                done = element
            if markup > MARKUP_CHARACTERS_MAX:
                raise Unreadable(_too_nested())
        self._close(parser, done)

    def _part(self, element: etree._Element) -> Iterator[etree._Element]:
        """The element, unless it or one before it breaks a limit."""
        self._count += 1
        if self._count > PARTS_MAX:
            raise Unreadable(finding("X011", "/"))
        self._too_nested = self._too_nested or _breaks_limits(element)
        if not self._too_nested:
            yield element

    def _close(self, parser: "etree.XMLPullParser", done: etree._Element | None) -> None:
        try:
            self.root = parser.close()
        except etree.XMLSyntaxError:
            _raise_first_fault(parser)
            raise
        _drop(done)
        if self.root.getroottree().docinfo.internalDTD is not None:
            raise Unreadable(finding("X003", "(submission)"))
        if self._too_nested or _breaks_limits(self.root):
            raise Unreadable(_too_nested())


def is_larger_than(element: etree._Element, limit_bytes: int, part_bytes_max: int) -> bool:
    """Whether the element, serialised as UTF-8, takes more bytes.

    `part_bytes_max` is the stream's bound on the part around it: mostly it settles the question
    without serialising.
    """
    if part_bytes_max * _SERIALISED_GROWTH_MAX <= limit_bytes:
        return False
    counter = _ByteCounter()
    etree.ElementTree(element).write(
        cast("IO[bytes]", counter), encoding="utf-8", xml_declaration=False, with_tail=False
    )
    return counter.total > limit_bytes


def line_of(element: etree._Element) -> int:
    """The line where the element's start tag ends.

    libxml2 keeps 16 bits of it; beyond them it answers with the line where the first text inside
    or behind the element ends, so the line breaks of that text are taken off again.
    """
    line = cast("int | None", element.sourceline) or 0
    if line < _LINE_FIELD_MAX:
        return line
    while element.text is None and len(element):
        element = element[0]
    text = element.text if element.text is not None else element.tail
    return line - (text or "").count("\n")


class Schema:
    """An XSD whose global elements are the parts of documents. Safe to use from many threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._of_thread = threading.local()

    def check(self, element: etree._Element) -> None:
        """Return quietly when the schema accepts the element.

        Raises:
            SchemaDisagrees: it does not. The words name no value of the document.
        """
        schema = self._compiled()
        if not schema.validate(element):
            faults = sorted({error.type_name for error in schema.error_log})
            raise SchemaDisagrees(
                f"{self._path.name} refuses {element.tag} at line {line_of(element)}: "
                + ", ".join(faults)
            )

    def _compiled(self) -> Any:
        """This thread's own schema: lxml keeps the last validation's errors on it."""
        try:
            return self._of_thread.schema
        except AttributeError:
            self._of_thread.schema = etree.XMLSchema(etree.parse(str(self._path)))
            return self._of_thread.schema


# --- encoding and prolog, before the parser ------------------------------------------------------

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,1000}?\sencoding\s*=\s*[\"']([^\"'>]*)[\"']")
# Possessive: a prolog of a million comments must not make the search try them all again.
_DOCTYPE = re.compile(
    rb"(?>[^<]+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!(?:doctype|entity)", re.DOTALL | re.IGNORECASE
)
_UTF8_MARK = codecs.BOM_UTF8
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ENCODING_SHOWN_MAX = 40


def _utf8_body(raw: bytes, encodings: Collection[str]) -> bytes:
    """The submission as UTF-8 without byte order mark.

    Raises:
        Unreadable: X006, X004, X003, X001 for an empty file.
    """
    if len(raw) > SUBMISSION_BYTES_MAX:
        raise Unreadable(finding("X006", "(submission)"))
    encoding = _encoding(raw)
    if encoding not in encodings:
        raise Unreadable(_wrong_encoding(encoding))
    body = _transcode(raw, encoding)
    if _DOCTYPE.match(body):
        raise Unreadable(finding("X003", "(submission)"))
    if not body:
        raise Unreadable(_malformed(1, "the file is empty"))
    return body


def _encoding(raw: bytes) -> str:
    """What the file says it is, lower case.

    Raises:
        Unreadable: X004, its byte order mark and its declaration say different things.
    """
    marked = _marked_encoding(raw)
    declared = _declared_encoding(raw, marked)
    if marked and declared and marked != declared:
        raise Unreadable(_wrong_encoding(declared))
    if declared == "utf-16" and not marked:
        raise Unreadable(_wrong_encoding("utf-16 without byte order mark"))
    return marked or declared or "utf-8"


def _marked_encoding(raw: bytes) -> str | None:
    if raw.startswith(_UTF8_MARK):
        return "utf-8"
    if raw.startswith(_UTF32_MARKS):
        return "utf-32"
    if raw.startswith(_UTF16_MARKS):
        return "utf-16"
    if raw[:2] in (b"<\0", b"\0<"):
        return "utf-16 without byte order mark"
    return None


def _declared_encoding(raw: bytes, marked: str | None) -> str | None:
    head = raw[:2048].removeprefix(_UTF8_MARK)
    if marked == "utf-16":
        head = raw[:2048].decode("utf-16", "ignore").encode()
    match = _DECLARATION.match(head)
    return match[1].decode("ascii", "replace").lower() if match else None


def _transcode(raw: bytes, encoding: str) -> bytes:
    """Raises Unreadable X004 when the bytes do not fit the encoding."""
    if encoding != "utf-16" and raw.isascii():
        return raw
    raw = raw.removeprefix(_UTF8_MARK)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        pieces = [decoder.decode(piece).encode() for piece in _pieces(raw)]
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise Unreadable(_wrong_encoding(encoding)) from None
    return b"".join(pieces)


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), _CHUNK_BYTES):
        yield raw[start : start + _CHUNK_BYTES]


def _wrong_encoding(name: str) -> Any:
    shown = "".join(c for c in name if c.isascii() and c.isprintable())[:_ENCODING_SHOWN_MAX]
    return finding("X004", "(submission)", encoding=shown)


# --- the parser ----------------------------------------------------------------------------------


def _parser(parts: Collection[str]) -> "etree.XMLPullParser":
    return etree.XMLPullParser(
        events=("end",),
        tag=list(parts),
        encoding="utf-8",
        huge_tree=True,  # long texts are judged by their own limits, not by libxml2's
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )


def _feed(parser: "etree.XMLPullParser", chunk: bytes) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError:
        _raise_first_fault(parser)
        raise
    if len(parser.feed_error_log):
        _raise_first_fault(parser)


def _finished(parser: "etree.XMLPullParser") -> Iterator[etree._Element]:
    for _, element in cast("Any", parser).read_events():
        yield element


_REASONS = {
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "there is no root element",
    etree.ErrorTypes.ERR_DOCUMENT_END: "there is more after the end of the root element",
    etree.ErrorTypes.ERR_INVALID_CHAR: "a character is not allowed in XML",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "an entity is not defined",
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: "an attribute value has a bare <",
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_STARTED: "an attribute value has no quotes",
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "an attribute stands twice",
    etree.ErrorTypes.ERR_RESERVED_XML_NAME: "the XML declaration is not at the very beginning",
    etree.ErrorTypes.ERR_NAME_REQUIRED: "a bare & or < stands in the text",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "an end tag does not fit its start tag",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "an element is not closed",
    etree.ErrorTypes.ERR_GT_REQUIRED: "a tag is not finished",
}
"""libxml2's own sentences quote the file; these do not."""


def _raise_first_fault(parser: "etree.XMLPullParser") -> None:
    for error in parser.feed_error_log.filter_from_errors():
        if error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise Unreadable(_too_nested()) from None
        if error.domain == etree.ErrorDomains.NAMESPACE:
            raise Unreadable(finding("X009", "/", line=error.line)) from None
        reason = _REASONS.get(error.type, "a markup error")
        raise Unreadable(_malformed(error.line, reason)) from None


def _malformed(line: int, reason: str) -> Any:
    return finding("X001", "(submission)", line=line, reason=reason)


def _too_nested() -> Any:
    return finding("X007", "(submission)")


_TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(descendant-or-self::*/@*[{ATTRIBUTES_MAX + 1}])")
_DESCENDANTS = [
    etree.XPath(f"boolean({'/'.join('*' * steps)})") for steps in range(1, DEPTH_MAX + 1)
]


def _breaks_limits(element: etree._Element) -> bool:
    depth = sum(1 for _ in element.iterancestors()) + 1
    if depth > DEPTH_MAX:
        return True
    return bool(_DESCENDANTS[DEPTH_MAX - depth](element) or _TOO_MANY_ATTRIBUTES(element))


def _is_inside(element: etree._Element, parts: Collection[str]) -> bool:
    return any(ancestor.tag in parts for ancestor in element.iterancestors())


def _drop(element: etree._Element | None) -> None:
    """Take a finished part out of the tree.

    Never the newest one: libxml2 may still be appending to the text behind it.
    """
    parent = None if element is None else element.getparent()
    if element is not None and parent is not None:
        parent.remove(element)


class _ByteCounter:
    """A file that only counts."""

    def __init__(self) -> None:
        self.total = 0

    def write(self, data: bytes) -> int:
        """Count and forget."""
        self.total += len(data)
        return len(data)
