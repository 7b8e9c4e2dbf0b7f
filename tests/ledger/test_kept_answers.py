"""A reader keeps the answers that stay for ever: each is asked for once, and no more than a few are kept."""

from functools import partial

from commissioning.ledger.events import EventTypes
from commissioning.ledger.reading import ANSWERS_KEPT, Reader


async def test_a_question_is_asked_once_and_each_has_its_own_answer() -> None:
    """The same question is answered from what was found; another position is another question."""
    reader, asked = Reader("council", EventTypes(())), list[int]()

    async def find(position: int) -> str:
        asked.append(position)
        return f"as at {position}"

    found = [await reader.once(("agreement", one), partial(find, one)) for one in (1, 2, 1, 2)]
    assert found == ["as at 1", "as at 2", "as at 1", "as at 2"]
    assert asked == [1, 2]


async def test_the_answers_asked_for_last_are_kept() -> None:
    """However many positions are asked, the reader's memory is bounded, and what is in use stays in it."""
    reader, asked = Reader("council", EventTypes(())), list[int]()

    async def find(position: int) -> int:
        asked.append(position)
        return position

    for one in range(1, 3 * ANSWERS_KEPT):
        await reader.once(0, partial(find, 0))
        await reader.once(one, partial(find, one))
    assert asked.count(0) == 1
    await reader.once(1, partial(find, 1))
    assert asked[-1] == 1
