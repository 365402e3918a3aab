from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from assistant.answers.quotable import width
from assistant.answers.quoted import quoted_parts
from assistant.answers.quotes import best_quotes
from knowledge.cutting.place import Place, Role
from knowledge.passage import Passage, StageScores
from tests.assistant.samples import make_passage

QUESTION = "How do I lower inference latency of a 70B model on A100 GPUs?"
PAGES = [
    make_passage(
        "# Attention\n\nWhat is attention?\n\nFused attention kernels lower latency by 2.1× on A100 GPUs. They keep the"
        " score matrix in fast memory.\n\n[Next](next.md)",
        path="/k/attention.md",
        heading=("Attention",),
    ),
    make_passage(
        "Grouped key-value heads cut the cache of a 70B model by 8×.", path="/k/kv.md", heading=("KV cache", "GQA")
    ),
    make_passage(
        "Tensor parallelism splits a 70B model over GPUs; latency falls.\n\n```\ninference latency 70B GPUs\n```",
        path="/k/parallel.md",
        heading=("Tensor parallelism",),
    ),
    make_passage(
        "| inference | latency | GPUs |\n|---|---|---|\n\nvLLM batches requests and lowers latency under load.",
        path="/k/vllm.md",
        heading=("vLLM",),
    ),
]
PRICES = (
    "| Item | Price | Shop |\n|---|---|---|\n| Sink | 240 | Baumax |\n| Tap | 89 | Hammer |\n| Oven | 799 | Elektra |"
)
INVOICES = "".join(
    f"| INV-{n} | Customer {n % 7} | {n * 3}.50 | {'paid' if n % 2 else 'open'} |\n" for n in range(900, 960)
)
INVOICE_HEADER = "| Invoice | Customer | Amount | Status |"


def quoted(question: str, passages: list[Passage]) -> list[str]:
    return [quote.citation.quote for quote in best_quotes(question, passages)]


def markdown(question: str, passages: list[Passage]) -> str:
    return "".join(part.markdown for part in quoted_parts(best_quotes(question, passages)))


def test_several_sides_are_quoted_where_none_answers_all() -> None:
    sources = {quote.citation.heading for quote in best_quotes(QUESTION, PAGES)}
    assert sources >= {("Attention",), ("KV cache", "GQA"), ("Tensor parallelism",)}


def test_answer_ends_after_the_first_strong_quotation() -> None:
    passages = [
        make_passage("The oak desk was built in 1931 by a joiner from Jutland.", path="/desk.md"),
        make_passage("A desk of pine was sold last year.", path="/sale.md"),
        make_passage("Oak trees grow slowly.", path="/trees.md"),
    ]
    assert quoted("When was the oak desk built?", passages) == [passages[0].text]
    assert len(quoted("Tell me of pine, trees and lamps in the attic.", passages)) > 1


def test_half_of_the_question_is_not_enough_beside_nearly_all_of_it() -> None:
    passages = [
        make_passage("Joiners from Jutland built the oak desk in 1931.", path="/desk.md"),
        make_passage("Joiners seldom work for the owner of a desk.", path="/work.md"),
    ]
    assert quoted("Which joiners built the oak desk?", passages) == [passages[0].text]


def test_quotations_of_one_heading_stand_together() -> None:
    sources = [quote.citation.heading for quote in best_quotes(QUESTION, PAGES)]
    assert sum(a != b for a, b in pairwise(sources)) == len(set(sources)) - 1


def test_headings_headers_code_links_and_questions_are_not_quoted() -> None:
    text = "\n".join(quoted(QUESTION, PAGES))
    assert not any(part in text for part in ("# ", "What is attention?", "|", "```", "next.md"))


def test_sentence_is_quoted_with_those_around_it_up_to_a_blank_line() -> None:
    text = "The desk is oak. It was built in 1931. Nobody knows by whom."
    passage = make_passage(f"Roses are red.\n\n{text}")
    assert quoted("Which joiner made the desk?", [passage])[0] == text
    assert quoted("Is the desk oak?", [passage])[0] == "The desk is oak."  # it says all that was asked


def test_quotation_is_no_longer_than_a_paragraph() -> None:
    passage = make_passage(
        " ".join(f"The oak desk number {n} stands in the hall behind the stairs." for n in range(30))
    )
    assert 320 < width(quoted("Who put oak desk number 17 by the window?", [passage])[0]) <= 640
    chinese = make_passage("橡木书桌放在楼梯后面的大厅里。" * 60)
    assert len(quoted("谁买了这张书桌？", [chinese])[0]) <= 320


def test_no_sentence_is_quoted_twice_where_passages_overlap() -> None:
    text = "The oak desk is old. The oak desk is dark. The oak desk is tall."
    at = text.index("The oak desk is dark")
    passages = [make_passage(text[: at + 21]), make_passage(text[at:], start=at)]
    spans = sorted(
        (quote.citation.start, quote.citation.end) for quote in best_quotes("How is the oak desk?", passages)
    )
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_nothing_is_quoted_where_nothing_is_near() -> None:
    assert quoted("What is the capital of Mongolia?", PAGES) == []


def test_passage_of_near_meaning_is_quoted_without_common_words() -> None:
    passage = make_passage("Le bureau est en chêne du Jutland.", scores=StageScores(vector_rank=1, meaning=0.6))
    assert quoted("What wood is the desk made of?", [passage]) == ["Le bureau est en chêne du Jutland."]


def test_shared_word_of_a_passage_far_off_in_meaning_is_not_enough() -> None:
    passage = make_passage("Capital letters shout at the model.", scores=StageScores(vector_rank=1, meaning=0.1))
    assert quoted("What is the capital of Mongolia?", [passage]) == []


def test_chinese_statute_is_quoted_for_a_question_in_chinese() -> None:
    passage = make_passage("第一条 劳动者享有休息的权利。第二条 用人单位应当支付加班费。")
    assert quoted("加班费由谁支付？", [passage])[0].endswith("用人单位应当支付加班费。")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Wann wurden die Brücken gesprengt?", "Die Sprengung der Brücke war 1945."),  # one word, other forms
        ("Kitaplıktaki kitapların kaçı eski?", "Kitaplıkta otuz eski kitap var."),
        ("¿Dónde vive Nunez?", "Núñez reside cerca del puerto."),
        ("Где хранятся ключи?", "Ключ хранится в сейфе."),
    ],
)
def test_other_forms_of_a_word_are_the_same_word(question: str, answer: str) -> None:
    others = [
        "Something else entirely.",
        "Ganz etwas anderes.",
        "Başka bir şey.",
        "Otra cosa distinta.",
        "Другое дело.",
    ]
    passage = make_passage("\n\n".join([*others, answer]))
    assert quoted(question, [passage])[0] == answer


def test_row_of_a_table_is_quoted_alone() -> None:
    assert quoted("How much does the oven cost?", [make_passage(PRICES)]) == ["| Oven | 799 | Elektra |"]


def test_row_is_shown_below_the_header_of_its_table() -> None:
    shown = markdown("What is the price of the oven?", [make_passage(PRICES, path="/prices.md")])
    assert (
        shown == "**prices.md**\n\n> | Item | Price | Shop |\n> | --- | --- | --- |\n> | Oven | 799 | Elektra [1] |\n\n"
    )


def test_row_far_below_its_header_is_shown_below_it() -> None:
    passage = make_passage(INVOICES, path="/invoices.csv", table_header=INVOICE_HEADER)
    assert quoted("What is the amount of INV-935?", [passage]) == ["| INV-935 | Customer 4 | 2805.50 | paid |"]
    assert f"> {INVOICE_HEADER}\n" in markdown("What is the amount of INV-935?", [passage])


def test_rows_of_one_table_stand_below_one_header() -> None:
    passage = make_passage("| Room | Key |\n|---|---|\n| Attic east | 4711 |\n| Attic west | 4712 |\n| Cellar | 1 |")
    shown = markdown("Which key opens the attic?", [passage])
    assert shown.count("| Room | Key |") == 1
    assert "> | Attic east | 4711 [1] |\n> | Attic west | 4712 [1] |" in shown
    assert "Cellar" not in shown


def test_table_without_bars_at_its_ends_has_rows() -> None:
    assert quoted("Who sells the tap?", [make_passage("Item | Shop\n---|---\nSink | Baumax\nTap | Hammer")]) == [
        "Tap | Hammer"
    ]


def test_cells_of_other_files_are_no_markdown() -> None:
    passage = make_passage("| Name | Rule |\n|---|---|\n| __all__ | a \\| b |", path="/names.xlsx")
    assert r"> | \_\_all\_\_ | a \| b [1] |" in markdown("What is the rule for all?", [passage])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the auditor?", "The auditor is [[Noor Haddad]]."),
        ("Where is the venue?", "The venue is the [old granary](https://granary.example.org)."),
        ("What is the alarm code upstairs?", "Alarm (upstairs): 4711."),
        ("Which model is the boiler?", "Boiler [model]: Vaillant 294/5."),
        ("What does the footnote say of the roof?", "[^1]: The roof was mended in 1998."),
        ("What is a gasket?", "Gasket\n: A ring of rubber between two pipes."),
        ("서울의 옛 이름은?", "서울(漢陽)의 옛 이름은 한양(漢陽)이다."),
    ],
)
def test_links_brackets_and_notes_are_no_code(question: str, text: str) -> None:
    assert text in quoted(question, [make_passage(f"{text}\n\nx = f(a[0], {{1: 2}}); g(y)[3]")])


def test_callout_is_quoted_without_its_marker() -> None:
    passage = make_passage("> [!tip] Bread\n> Proof the dough\n> for ninety minutes.", path="/tips.md")
    assert quoted("How long do I proof the dough?", [passage]) == ["Proof the dough\n> for ninety minutes."]
    assert "> Proof the dough for ninety minutes. [1]" in markdown("How long do I proof the dough?", [passage])


def test_lead_in_is_quoted_with_its_list() -> None:
    passage = make_passage("Hello.\n\nFor the cake you need:\n\n- flour\n- four eggs\n\nBake it.", path="/cake.md")
    shown = markdown("What do I need for the cake?", [passage])
    assert "> For the cake you need:\n> \n> - flour\n> - four eggs [1]" in shown


def test_code_is_quoted_where_it_is_asked_for() -> None:
    passage = make_passage("Restore it.\n\n```sh\ntar -xf backup.tar\n```\n\nThen restart.", path="/backup.md")
    assert "\n\n> ```sh\n> tar -xf backup.tar\n> ```\n> [1]\n\n" in markdown(
        "Which command unpacks the backup?", [passage]
    )
    assert "tar" not in markdown("Who made the backup?", [passage])


def test_markdown_names_the_source_once_and_ends_with_the_number() -> None:
    passage = make_passage("Oak desks\nlast long.\n\n- Oak desks last long indoors.", heading=("Desk *one*",), page=4)
    assert markdown("How long do oak desks last?", [passage]) == (
        "**a.md › Desk \\*one\\* · p. 4**\n\n> Oak desks last long. [1]\n\n> Oak desks last long indoors. [1]\n\n"
    )


TEXTS = st.lists(st.text(alphabet=st.sampled_from("desk oak. |`#\n-1?:>"), max_size=60), max_size=4)


@given(TEXTS, st.sampled_from(["", "| desk | oak |"]))
def test_every_quote_is_the_text_at_its_span(texts: list[str], header: str) -> None:
    passages = [make_passage(text, start=5, path=f"/{n}", table_header=header) for n, text in enumerate(texts)]
    quotes = best_quotes("oak desk 1", passages)
    for quote in quotes:
        source = passages[quote.citation.n - 1]
        assert quote.citation.quote == source.text[quote.citation.start - 5 : quote.citation.end - 5]
    assert [c for part in quoted_parts(quotes) for c in part.citations] == [quote.citation for quote in quotes]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.md", "> Names in __all__ are *public* [1]"), ("a.py", "> Names in \\_\\_all\\_\\_ are \\*public\\* [1]")],
)
def test_signs_stay_signs_unless_the_file_is_markdown(name: str, expected: str) -> None:
    passage = make_passage("Names in __all__ are *public*", path=f"/notes/{name}")
    shown = markdown("Which names are public?", [passage])
    assert shown.split("\n\n")[1] == expected
    assert Path(name).name in shown


def test_the_header_of_a_mail_and_a_comment_are_not_quoted() -> None:
    text = "From: Ann Boiler <ann@x.org>\n\nThe boiler in the cellar leaks.\n\n%% ask about the boiler in spring %%"
    mail = make_passage(text, path="/m/a.eml")
    starts = (0, text.index("The boiler"), text.index("%%"))
    roles: tuple[Role, ...] = ("header", "body", "comment")
    places = tuple(Place(start, (), None, role) for start, role in zip(starts, roles, strict=True))
    assert quoted("boiler cellar spring", [replace(mail, places=places)]) == ["The boiler in the cellar leaks."]


@pytest.mark.parametrize("label", ["2.3", "§ 2.3", "Section 2.3"])
def test_clause_is_quoted_by_its_number(label: str) -> None:
    text = (
        f"Lease\n\n- 2.1 Rent is payable monthly.\n- 2.2 The deposit is two rents.\n"
        f"- {label} Late payment bears interest.\n- 12.3 Smoking is not allowed."
    )
    far = StageScores(meaning=0.0)
    passage = replace(make_passage(text), scores=far)

    assert quoted("What does clause 2.3 say?", [passage]) == [f"{label} Late payment bears interest."]
    assert quoted("What does clause 2.4 say?", [passage]) == []
