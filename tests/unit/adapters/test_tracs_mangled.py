"""However a file is mangled, the adapter answers with documents or with a refusal."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.errors import Unreadable
from tests.unit.adapters.tracs_files import COLLISION, ORGANISATION, TICKET, read

_PIECES = st.sampled_from(
    [
        b"", b"<", b">", b"&", b'"', b"<a/>", b"<Form/>", b"</Contact><Contact>", b"<Unit/>",
        b"<Person/>", b"&#160;", b"&#x85;", b"\xe9", b"\x81", b"\x00", b' xmlns="u"', b" x='1'",
        b"<!-- x -->", b"<![CDATA[x]]>", b"<?x?>",
    ]
)  # fmt: skip
_CUTS = st.lists(st.tuples(st.integers(0, 7000), st.integers(0, 30), _PIECES), max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([TICKET, ORGANISATION, COLLISION]), _CUTS)
def test_mangled_file_gives_documents_or_a_refusal(
    raw: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for start, length, piece in cuts:
        raw = raw[:start] + piece + raw[start + length :]

    with suppress(Unreadable):
        for document in read(raw):
            assert document.findings or document.record
            assert document.locate("citation.issued_at")[0]
