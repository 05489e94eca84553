"""Seeded faults: the same run again from the same seed, and as often as was asked for."""

import pytest

from hub.testing.faults import BadFaults, Fault, Faults, parse_faults

IDS = [f"m-{number}" for number in range(2000)]


def struck(faults: Faults, fault: Fault, coming: int = 0) -> set[str]:
    return {one for one in IDS if faults.strikes(fault, one, coming)}


def test_a_seed_always_strikes_the_same_messages() -> None:
    chances = {Fault.DIE: 0.1}

    assert struck(Faults(chances, 7), Fault.DIE) == struck(Faults(chances, 7), Fault.DIE)
    assert struck(Faults(chances, 7), Fault.DIE) != struck(Faults(chances, 8), Fault.DIE)


def test_a_chance_is_about_how_often_it_strikes() -> None:
    assert 140 < len(struck(Faults({Fault.SLOW: 0.1}), Fault.SLOW)) < 260


def test_faults_strike_independently_of_each_other_and_of_earlier_comings() -> None:
    faults = Faults({Fault.SLOW: 0.5, Fault.LATE: 0.5})
    slow, late = struck(faults, Fault.SLOW), struck(faults, Fault.LATE)

    assert 350 < len(slow & late) < 650
    assert 350 < len(slow & struck(faults, Fault.SLOW, coming=1)) < 650


def test_never_and_always_are_exact() -> None:
    faults = Faults({Fault.DIE: 0.0, Fault.LATE: 1.0})

    assert struck(faults, Fault.DIE) == struck(faults, Fault.SLOW) == set()
    assert struck(faults, Fault.LATE) == set(IDS)


def test_faults_are_read_from_text() -> None:
    chances = parse_faults("slow=0.1, die=1,", [Fault.SLOW, Fault.DIE])

    assert chances == {Fault.SLOW: 0.1, Fault.DIE: 1.0}
    assert parse_faults("", [Fault.SLOW]) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fire=0.1", "There is no fault 'fire'; there are: slow, die."),
        ("late=0.1", "There is no fault 'late'"),
        ("slow", "'slow' should look like slow=0.1"),
        ("slow=often", "'slow=often' should look like"),
        ("slow=1.5", "'slow=1.5' should look like"),
        ("slow=nan", "'slow=nan' should look like"),
    ],
)
def test_what_is_no_fault_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadFaults, match=sentence):
        parse_faults(text, [Fault.SLOW, Fault.DIE])
