from knowledge.search.excerpt import EXCERPT_COLUMNS, excerpt

FILLER = "The committee met on a rainy day and talked at length of many other matters of no weight. " * 9


def test_part_that_says_most_of_the_question_is_read() -> None:
    text = f"{FILLER}The glacier survey was settled in spring. {FILLER}"
    part = excerpt("When was the glacier survey settled?", text)
    assert "glacier survey was settled" in part
    assert len(part) <= EXCERPT_COLUMNS


def test_short_text_is_read_whole() -> None:
    assert excerpt("survey", "Title\nThe glacier survey.") == "Title\nThe glacier survey."


def test_long_sentence_is_read_whole() -> None:
    text = "word " * 200
    assert excerpt("word", text) == text.strip()


def test_chinese_takes_a_third_of_the_characters() -> None:
    assert len(excerpt("冰川", "冰川调查在春天完成了。" * 60)) <= EXCERPT_COLUMNS / 3
