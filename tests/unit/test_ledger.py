"""The ledger over its rows in memory: every sentence of the rules, batch by batch."""

from dataclasses import dataclass, field

from hub.domain.criteria import finding
from hub.domain.judgement import JudgedDocument, Kind
from hub.domain.ledger import Candidate, MemoryLedger, Verdict, settle
from hub.domain.states import Outcome


@dataclass
class Post:
    """Sends documents to one ledger; each letter of a step is one document's content."""

    rows: MemoryLedger = field(default_factory=MemoryLedger)
    count: int = 0

    async def send(self, *contents: str, kind: Kind = Kind.CITATION) -> list[Verdict]:
        """`"a"` is content a of ticket 1, `"a!"` the same with an error, `"2:a"` of ticket 2."""
        self.count += 1
        candidates = [
            Candidate(f"d{self.count}.{index}", f"s{self.count}", _document(content, kind))
            for index, content in enumerate(contents)
        ]
        return await settle(candidates, self.rows)


def _document(content: str, kind: Kind) -> JudgedDocument:
    number, _, body = content.rpartition(":")
    findings = (finding("D306", "citation.defendant.license_state"),) if "!" in body else ()
    return JudgedDocument(kind, "VT", number or "1", "0417", findings, fingerprint=body.rstrip("!"))


def _outcomes(verdicts: list[Verdict]) -> list[str]:
    return ["repass" if v.is_repass else v.outcome.value for v in verdicts]


async def test_first_is_accepted_same_again_is_duplicate_other_content_is_repass() -> None:
    post = Post()

    assert _outcomes(await post.send("a")) == ["accepted"]
    assert _outcomes(await post.send("a")) == ["duplicate"]
    assert _outcomes(await post.send("b")) == ["repass"]
    assert _outcomes(await post.send("b")) == ["duplicate"]


async def test_a_duplicate_names_the_first_document_and_its_submission() -> None:
    post = Post()
    await post.send("a")

    (verdict,) = await post.send("a")

    assert verdict.first is not None
    assert (verdict.first.document_id, verdict.first.submission_id) == ("d1.0", "s1")


async def test_a_rejected_document_is_never_entered() -> None:
    post = Post()

    assert _outcomes(await post.send("a!")) == ["rejected"]
    assert _outcomes(await post.send("a!")) == ["rejected"]
    assert _outcomes(await post.send("a")) == ["accepted"]


async def test_an_error_on_content_already_entered_is_a_duplicate() -> None:
    post = Post()
    await post.send("a")

    assert _outcomes(await post.send("a!")) == ["duplicate"]


async def test_documents_of_one_batch_are_taken_one_after_the_other() -> None:
    verdicts = await Post().send("a!", "a", "a", "b", "a!", "2:a")

    assert _outcomes(verdicts) == [
        "rejected",
        "accepted",
        "duplicate",
        "repass",
        "duplicate",
        "accepted",
    ]


async def test_the_earliest_of_a_batch_takes_the_key_whatever_its_fingerprint() -> None:
    assert _outcomes(await Post().send("z", "a")) == ["accepted", "repass"]


async def test_a_collision_is_held_for_review_and_not_a_repass() -> None:
    post = Post()

    (first,) = await post.send("a", kind=Kind.COLLISION)

    assert first == Verdict(Outcome.HELD)
    assert _outcomes(await post.send("b", kind=Kind.COLLISION)) == ["repass"]


async def test_record_types_have_name_spaces_of_their_own() -> None:
    post = Post()
    await post.send("a")

    (verdict,) = await post.send("b", kind=Kind.COLLISION)

    assert not verdict.is_repass


async def test_a_document_without_number_has_no_key_and_is_rejected() -> None:
    nameless = JudgedDocument(Kind.CITATION, "VT", None, "0417", (finding("S101", "x"),))

    (verdict,) = await settle([Candidate("d", "s", nameless)], MemoryLedger())

    assert nameless.key is None
    assert verdict == Verdict(Outcome.REJECTED)
