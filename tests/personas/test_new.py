from pathlib import Path

import pytest

from errors import AppError
from personas.catalogue import Catalogue, create_persona
from personas.persona import PersonaExists


@pytest.mark.parametrize("name", ["Cook", "Köchin: Süßes", '"Quoted" & #1', "厨师", "{name}"])
def test_a_new_persona_loads_as_it_was_written(tmp_path: Path, name: str) -> None:
    file = create_persona(tmp_path, "500-cook", name)
    persona = Catalogue([tmp_path]).load("500")
    assert (persona.name, persona.folder, persona.knowledge) == (name, file.parent, file.parent / "knowledge")
    assert name in persona.prompt


def test_every_key_that_is_only_commented_can_be_switched_on(tmp_path: Path) -> None:
    file = create_persona(tmp_path, "500-cook", "Cook")
    lines = file.read_text().splitlines()
    keys = ("# starters:", "#   - ", "# passages:", "# temperature:", "# max_tokens:")
    file.write_text("\n".join(line[2:] if line.startswith(keys) else line for line in lines))
    persona = Catalogue([tmp_path]).load("500")
    assert (len(persona.starters), persona.passages, persona.temperature, persona.max_tokens) == (1, 6, 0.3, 1024)


def test_the_folder_for_personas_is_made_when_missing(tmp_path: Path) -> None:
    assert create_persona(tmp_path / "home" / "personas", "500-cook", "Cook").is_file()


def test_a_persona_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    file = create_persona(tmp_path, "500-cook", "Cook")
    file.write_text("mine")
    with pytest.raises(PersonaExists):
        create_persona(tmp_path, "500-cook", "Other")
    assert file.read_text() == "mine"


@pytest.mark.parametrize("id", ["cook", "5-cook", "500", "500-Cook", "500-cook-", "../500-cook", "500-cook\n"])
def test_an_id_that_no_catalogue_would_list_is_refused(tmp_path: Path, id: str) -> None:
    with pytest.raises(AppError, match="is not a valid persona id"):
        create_persona(tmp_path, id, "Cook")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_a_name_that_is_not_one_line_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AppError, match="name of one line"):
        create_persona(tmp_path, "500-cook", name)


def test_a_folder_that_cannot_be_written_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError, match="cannot be written"):
        create_persona(tmp_path / "file", "500-cook", "Cook")
