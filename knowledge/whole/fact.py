"""Something counted in a document by code, with the place that it was counted in."""

from dataclasses import dataclass

from knowledge.spans import Span


@dataclass(frozen=True, slots=True)
class Fact:
    """`text`: what was counted, as `37 of 102 rows where status = open`. `span`: the stretch it was counted in.

    `items`: the spans of what was counted, where these can be listed. `answers`: it is exactly what the question asks
    for; else it only tells what there is.
    """

    text: str
    span: Span
    items: tuple[Span, ...] = ()
    answers: bool = False
