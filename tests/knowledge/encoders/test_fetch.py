from dataclasses import replace

import pytest

from knowledge.encoders.fetch import ModelNotFetched, fetch
from network.connections import Connections, Offline
from tests.hub_models import embedder_hub
from tests.hub_server import serving

WEIGHTS = "model.safetensors"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Waits no time before it tries again, and keeps what arrives by the thousand bytes."""
    monkeypatch.setattr("network.downloads._PIECE_BYTES", 1000)
    monkeypatch.setattr("network.downloads.time.sleep", lambda seconds: None)


@pytest.fixture
def served(tmp_path):
    hub, model = embedder_hub(tmp_path / "on the hub")
    with serving(hub):
        yield hub, model


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "brought"


def bring(served, folder):
    hub, model = served
    totals = []
    return fetch(model, folder, totals.append, Connections(folder.with_name("log.jsonl")), hub.endpoint), totals


def files_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_wanted_files_arrive_whole_and_no_others(served, folder):
    checksums, totals = bring(served, folder)
    brought = files_in(folder)
    assert brought == {name: served[0].files[name] for name in brought}
    assert brought.keys() == checksums.keys()
    assert {WEIGHTS, "config.json", "tokenizer.json", "1_Pooling/config.json"} <= brought.keys()
    assert brought.keys().isdisjoint({"README.md", "pytorch_model.bin"})
    assert totals == [sum(map(len, brought.values()))]


def test_a_dropped_connection_is_taken_up_where_it_broke_off(served, folder):
    served[0].drops = 2
    bring(served, folder)
    assert (folder / WEIGHTS).read_bytes() == served[0].files[WEIGHTS]
    assert [begun for _, path, begun in served[0].asked if path.endswith(WEIGHTS) and begun]


def test_a_later_try_goes_on_where_the_first_gave_up(served, folder):
    served[0].drop_always = True
    with pytest.raises(ModelNotFetched) as caught:
        bring(served, folder)
    assert "goes on where it stopped" in caught.value.hint
    assert not (folder / WEIGHTS).exists()
    served[0].drop_always = False
    served[0].asked.clear()
    bring(served, folder)
    third = len(served[0].files[WEIGHTS]) // 3
    kept = third - third % 1000
    assert f"bytes={kept}-" in [begun for _, path, begun in served[0].asked if path.endswith(WEIGHTS)]
    assert (folder / WEIGHTS).read_bytes() == served[0].files[WEIGHTS]


def test_a_server_that_cannot_go_on_sends_all_again(served, folder):
    served[0].drops, served[0].ignores_ranges = 1, True
    bring(served, folder)
    assert (folder / WEIGHTS).read_bytes() == served[0].files[WEIGHTS]


def test_what_was_brought_is_not_brought_again(served, folder):
    bring(served, folder)
    served[0].asked.clear()
    bring(served, folder)
    assert {method for method, _, _ in served[0].asked} == {"HEAD"}


def test_a_file_that_changed_on_disk_is_brought_again(served, folder):
    bring(served, folder)
    (folder / WEIGHTS).write_bytes(bytes(len(served[0].files[WEIGHTS])))
    bring(served, folder)
    assert (folder / WEIGHTS).read_bytes() == served[0].files[WEIGHTS]


def test_redirects_to_another_address_are_followed(served, folder):
    served[0].elsewhere = True
    bring(served, folder)
    assert (folder / WEIGHTS).read_bytes() == served[0].files[WEIGHTS]


@pytest.mark.parametrize("name", [WEIGHTS, "config.json"])
def test_other_bytes_than_stated_are_not_believed_and_not_kept(served, folder, name):
    served[0].wrong_bytes[name] = bytes(len(served[0].files[name]))
    with pytest.raises(ModelNotFetched, match="checksum"):
        bring(served, folder)
    assert not [path for path in folder.rglob("*") if path.name.startswith(name)]


@pytest.mark.parametrize("change", [-5, 5])
def test_a_server_that_lies_about_a_size_is_not_believed(served, folder, change):
    served[0].stated_sizes[WEIGHTS] = len(served[0].files[WEIGHTS]) + change
    with pytest.raises(ModelNotFetched):
        bring(served, folder)
    assert not (folder / WEIGHTS).exists()


def test_weights_other_than_the_catalogue_knows_are_not_even_brought(served, folder):
    hub, model = served
    with pytest.raises(ModelNotFetched, match="not the official model"):
        bring((hub, replace(model, sha256="0" * 64)), folder)
    assert {method for method, _, _ in hub.asked} == {"HEAD"}


def test_another_revision_than_pinned_is_refused(served, folder):
    served[0].stated_revision = "f" * 40
    with pytest.raises(ModelNotFetched, match="revision"):
        bring(served, folder)


def test_a_file_that_the_hub_lacks_is_an_expected_failure(served, folder):
    del served[0].files["tokenizer.json"]
    with pytest.raises(ModelNotFetched):
        bring(served, folder)


def test_a_full_disk_is_noticed_before_anything_is_brought(served, folder, monkeypatch):
    monkeypatch.setattr("network.downloads.SPARE_BYTES", 1 << 60)
    with pytest.raises(ModelNotFetched, match="too little room") as caught:
        bring(served, folder)
    assert "MiB" in caught.value.hint
    assert {method for method, _, _ in served[0].asked} == {"HEAD"}


def test_no_hub_at_all_is_an_expected_failure(served, folder):
    with pytest.raises(ModelNotFetched):
        fetch(served[1], folder, lambda total: None, Connections(folder.with_name("log.jsonl")), "http://127.0.0.1:9")


def test_every_request_is_in_the_log_with_its_bytes(served, folder):
    bring(served, folder)
    history = Connections(folder.with_name("log.jsonl")).history()
    assert {(line.purpose, line.host) for line in history} == {(f"download of {served[1].name}", "127.0.0.1")}
    assert sum(line.received_bytes for line in history) == sum(map(len, files_in(folder).values()))
    assert "open" not in {line.outcome for line in history}


def test_a_redirect_to_another_host_is_a_connection_of_its_own(served, folder):
    served[0].elsewhere = True
    bring(served, folder)
    assert {line.host for line in Connections(folder.with_name("log.jsonl")).history()} == {"127.0.0.1", "localhost"}


def test_nothing_is_asked_of_another_machine_while_offline(served, folder):
    connections = Connections(folder.with_name("log.jsonl"), lambda: True)
    with pytest.raises(Offline):
        fetch(served[1], folder, lambda total: None, connections, "https://hub.invalid")
    assert [line.outcome for line in connections.history()] == ["refused: offline"]
