"""vLLM's own server, started on this machine for a test."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import mkdtemp

START_SECONDS = 180  # on two slow cores; it takes 20 s where nothing else runs
END_SECONDS = 20


class VllmServer:
    """Answers at `url` with the model in a folder, named `tiny`, until it is closed or killed."""

    def __init__(self, model: Path, window: int) -> None:
        """Start it. Raises RuntimeError with its last words where it does not answer."""
        self._scratch = Path(mkdtemp(prefix="carrel-server-"))  # short: it keeps sockets there
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        with (self._scratch / "said.txt").open("wb") as said:
            self._process = subprocess.Popen(
                self._command(model, window),
                stdout=said,
                stderr=said,
                env=os.environ | self._surroundings(),
                start_new_session=True,  # so that it and its children can be killed together
            )
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def kill(self) -> None:
        """End it and its children at once. Any number of times."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        """End it; what it kept is deleted."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _command(self, model: Path, window: int) -> list[str]:
        server = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model)]
        place = ["--host", "127.0.0.1", "--port", str(self._port), "--served-model-name", "tiny"]
        shape = ["--dtype", "float32", "--enforce-eager", "--max-model-len", str(window), "--block-size", "32"]
        return [*server, *place, *shape, "--enable-prompt-tokens-details", "--max-num-batched-tokens", "256"]

    def _surroundings(self) -> dict[str, str]:
        own = {"TMPDIR": str(self._scratch), "VLLM_RPC_BASE_PATH": str(self._scratch), "VLLM_HOST_IP": "127.0.0.1"}
        return own | {"VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._scratch / "said.txt").read_text("utf-8", "replace")[-4_000:])
            time.sleep(0.2)

    def _is_healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
