import pytest

from assistant.guards import Policy
from assistant.models.routing import RoutableModel, RoutingRules, is_complex, route, route_helper

SMALL = RoutableModel(model="small", weight_bytes=10)
CHOSEN = RoutableModel(model="middling", weight_bytes=20, chosen=True)
BIG = RoutableModel(model="big", weight_bytes=30)
SERVER = RoutableModel(model="server", remote=True)
CHOSEN_SERVER = RoutableModel(model="server", remote=True, chosen=True)
MASK, REFUSE = RoutingRules(), RoutingRules(policy=Policy(low="block"))
STRONGER = RoutingRules(stronger_for_complex=True)
DIFFICULTY = RoutingRules(by_difficulty=True, policy=Policy(low="block"))
MIDDLING = "Which of the rooms on the first floor of the old house has a window to the garden and a lamp?"
PLAIN = "What is the desk made of?"
PERSONAL = "Who wrote from anna@example.org?"
COMPLEX = "Compare the two offers and explain which of them costs less over five years."


def test_chosen_model_answers() -> None:
    decided = route(PLAIN, [], [SMALL, CHOSEN, BIG, SERVER], MASK)
    assert (decided.model, decided.reason) == (CHOSEN, "middling: the selected model")


@pytest.mark.parametrize(("question", "passages"), [(PERSONAL, []), (PLAIN, ["Call +49 30 1234567."])])
def test_personal_data_stays_where_the_settings_say_so(question: str, passages: list[str]) -> None:
    decided = route(question, passages, [SMALL, CHOSEN_SERVER], REFUSE)
    assert decided.model == SMALL
    assert "must not leave this machine" in decided.reason


def test_personal_data_without_a_local_model_is_sent_to_none() -> None:
    decided = route(PERSONAL, [], [CHOSEN_SERVER], REFUSE)
    assert (decided.model, decided.reason) == (None, "1 e-mail address must not leave this machine")


def test_masked_personal_data_may_go_and_the_reason_says_so() -> None:
    decided = route(PERSONAL, [], [SMALL, CHOSEN_SERVER], MASK)
    assert (decided.model, decided.reason) == (CHOSEN_SERVER, "server: the selected model; 1 e-mail address masked")


def test_server_that_may_not_read_it_is_not_the_stronger_one_either() -> None:
    rules = RoutingRules(stronger_for_complex=True, policy=Policy(low="block"))
    assert route(f"{COMPLEX} {PERSONAL}", [], [CHOSEN, BIG, SERVER], rules).model == BIG


@pytest.mark.parametrize(
    ("question", "rules", "model"),
    [(COMPLEX, MASK, CHOSEN), (PLAIN, STRONGER, CHOSEN), (COMPLEX, STRONGER, BIG)],
    ids=["not enabled", "not complex", "both"],
)
def test_stronger_model_is_for_complex_questions_once_enabled(
    question: str, rules: RoutingRules, model: RoutableModel
) -> None:
    assert route(question, [], [SMALL, CHOSEN, BIG], rules).model == model


def test_no_open_model_means_no_route() -> None:
    assert route(PLAIN, [], [], MASK).model is None


def test_helper_calls_go_to_the_smallest_and_stay_here() -> None:
    decided = route_helper([PLAIN], [SERVER, CHOSEN, SMALL], MASK)
    assert (decided.model, decided.reason) == (SMALL, "small: the smallest open model")


def test_helper_call_with_personal_data_does_not_leave() -> None:
    assert route_helper([PERSONAL], [CHOSEN_SERVER], REFUSE).model is None
    assert route_helper([PERSONAL], [CHOSEN_SERVER], MASK).model == CHOSEN_SERVER


@pytest.mark.parametrize(
    "question",
    [
        COMPLEX,
        "Warum ist die zweite Rechnung höher als die erste, obwohl weniger bestellt wurde?",
        "请比较这两份合同的违约条款和争议解决方式",
        "word " * 60,
    ],
)
def test_asking_for_reasons_or_at_length_is_complex(question: str) -> None:
    assert is_complex(question)


@pytest.mark.parametrize("question", [PLAIN, "Explain that.", "", "合同什么时候生效？", "When was the desk built?"])
def test_looking_something_up_is_not(question: str) -> None:
    assert not is_complex(question)


@pytest.mark.parametrize(
    ("question", "model", "reason"),
    [
        (PLAIN, SMALL, "small: the smallest open model, for a simple question"),
        ("桌子是什么做的？", SMALL, "small: the smallest open model, for a simple question"),
        ("Why?", CHOSEN, "middling: the selected model"),
        (MIDDLING, CHOSEN, "middling: the selected model"),
        (COMPLEX, BIG, "big: the biggest open model, for a complex question"),
    ],
)
def test_a_question_goes_to_a_model_of_its_difficulty(question: str, model: RoutableModel, reason: str) -> None:
    decided = route(question, [], [SMALL, CHOSEN, BIG], DIFFICULTY)
    assert (decided.model, decided.reason) == (model, reason)


def test_a_server_is_the_biggest_but_never_reads_personal_data() -> None:
    assert route(COMPLEX, [], [SMALL, CHOSEN, SERVER], DIFFICULTY).model == SERVER
    assert route(f"{COMPLEX} {PERSONAL}", [], [SMALL, CHOSEN, SERVER], DIFFICULTY).model == CHOSEN
    assert route(COMPLEX, ["Call +49 30 1234567."], [SMALL, CHOSEN_SERVER], DIFFICULTY).model == SMALL
