"""A vLLM engine on an event loop of its own. It computes in a child process, which is restarted once if it dies."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from math import isfinite
from threading import Lock, Thread
from typing import Any

from engines.errors import EngineDied, GrammarInvalid, ModelUnreadable, SamplingInvalid
from engines.protocol import Finish
from engines.safetensors_folder import SafetensorsFolder, offline
from engines.streaming import Deliver, StepOutput
from engines.vllm.runtime import Scratch, VllmLibrary
from errors import AppError

_CLOSE_SECONDS = 10.0
_NAME = "vLLM"
# As torch and vLLM 0.32 word it (v1/worker/utils.py, v1/core/kv_cache_utils.py).
_OUT_OF_MEMORY = re.compile(
    r"out of memory|OutOfMemoryError|available memory for the cache blocks|available KV cache memory|"
    r"less than desired GPU memory utilization",
    re.IGNORECASE,
)
_FINISH: dict[str | None, Finish] = {"stop": "end", "length": "length", "abort": "stopped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmRequest:
    """A request to vLLM. `sampling`: its SamplingParams. `prefill_only`: the answer is dropped, and can wait."""

    prompt: list[int]
    sampling: Any
    prefill_only: bool = False


class VllmCore:
    """Starts, feeds, restarts and ends one AsyncLLM. Any thread may call it."""

    def __init__(self, library: VllmLibrary, folder: SafetensorsFolder, arguments: dict[str, Any]) -> None:
        """Start the engine, which takes tens of seconds. Raises ModelUnreadable."""
        self._library, self._folder, self._arguments = library, folder, arguments
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="carrel-vllm", daemon=True)
        self._engine: Any = None
        self._can_restart = True  # once, until a request succeeds
        self._restart: asyncio.Future[None] | None = None
        self._numbers = count()
        self._tasks: dict[Future[None], Deliver] = {}
        self._lock = Lock()
        self._closed = False
        self._memory: dict[str, int] = {}
        self._scratch = Scratch()
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        except BaseException:
            self.close()
            raise

    @property
    def closed(self) -> bool:
        """True once `close` has been called."""
        return self._closed

    @property
    def memory(self) -> dict[str, int]:
        """Bytes by owner, summed over its workers, as of the last start."""
        return self._memory

    def begin(self, request: VllmRequest, deliver: Deliver) -> Callable[[], object]:
        """Compute a request; returns a function that cancels it. Outputs are delivered on the loop's thread."""
        with self._lock:
            if self._closed:
                deliver(None)
                return lambda: None
            future = asyncio.run_coroutine_threadsafe(self._run(request, deliver), self._loop)
            self._tasks[future] = deliver

        def remove(done: Future[None]) -> None:
            with self._lock:
                self._tasks.pop(done, None)

        future.add_done_callback(remove)
        return future.cancel

    def close(self) -> None:
        """End every request and the child processes. Any number of times."""
        with self._lock:
            first, self._closed = not self._closed, True
            tasks = dict(self._tasks)
        for future, deliver in tasks.items():
            future.cancel()
            deliver(None)
        if first:
            try:
                asyncio.run_coroutine_threadsafe(self._shut_down(), self._loop).result(_CLOSE_SECONDS)
            except TimeoutError:  # it hangs in its start
                self._scratch.kill()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLOSE_SECONDS)
            if not self._thread.is_alive():
                self._loop.close()
            self._scratch.remove()

    async def _run(self, request: VllmRequest, deliver: Deliver) -> None:
        engine = self._engine
        try:
            if engine is None:
                raise EngineDied(_NAME, restarts=False)
            name, priority = f"carrel-{next(self._numbers)}", 1 if request.prefill_only else 0
            tokens = self._library.tokens_input(request.prompt)
            async for output in engine.generate(tokens, request.sampling, name, priority=priority):
                deliver(_step_output(output, request, self._folder.end_tokens))
            self._can_restart = True
            deliver(None)
        except AppError as error:
            deliver(error)
        except self._library.EngineDeadError:
            self._restart = asyncio.ensure_future(self._restart_after(engine))  # before anyone can ask again
            deliver(EngineDied(_NAME, restarts=self._can_restart or self._engine not in (engine, None)))
        except (self._library.EngineGenerateError, self._library.VLLMClientError, ValueError) as error:
            deliver(refusal(error.__cause__ or error, formed=request.sampling.structured_outputs is not None))

    async def _restart_after(self, dead: Any) -> None:
        """Start the engine again, unless that is done already, or it has died twice in a row."""
        if self._engine is not dead or self._closed:
            return
        can_restart, self._can_restart = self._can_restart, False
        self._engine = None
        dead.shutdown()
        if can_restart:
            with suppress(ModelUnreadable, self._library.EngineDeadError):  # the next reply says that it died
                await self._start()

    async def _start(self) -> None:
        """Start the engine. Blocks the loop, on which there is no work without an engine."""
        try:
            with offline(), self._scratch.used():
                arguments = self._library.AsyncEngineArgs(**self._arguments)
                engine = self._library.AsyncLLM.from_engine_args(arguments)
        except (self._library.VLLMClientError, ValueError, RuntimeError, OSError, ImportError) as error:
            raise ModelUnreadable(self._folder.path, loading_hint(str(error))) from error
        if self._closed:  # while it was being started again
            engine.shutdown(timeout=0)
            return
        self._engine = engine
        if self._arguments["distributed_executor_backend"] != "ray":  # whose workers are on other machines
            await engine.collective_rpc("carrel_end_with", args=(os.getpid(), str(self._scratch.path)))
        reports = await engine.collective_rpc("carrel_memory")
        self._memory = {owner: sum(report[owner] for report in reports) for owner in reports[0]}
        # damaged weights load like any others: compute one token
        parameters = self._library.SamplingParams(temperature=0, max_tokens=1, logprobs=0)
        async for output in engine.generate(self._library.tokens_input([0]), parameters, "carrel-check"):
            if not isfinite(output.outputs[0].cumulative_logprob):
                hint = "It computes invalid numbers: its weights are damaged. Download the model again."
                raise ModelUnreadable(self._folder.path, hint)

    async def _shut_down(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.shutdown(timeout=0)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def loading_hint(told: str) -> str:
    """What vLLM says of a model that it cannot load, and where memory ran out what to set lower, in this order."""
    first = next(iter(told.strip().splitlines()), "no reason given")
    if not _OUT_OF_MEMORY.search(told):
        return f"vLLM cannot load it: {first}"
    return (
        f"vLLM's memory ran out: {first} Set under [vllm], one after the other: gpu_memory_utilization 0.85, "
        "max_num_seqs 8, max_num_batched_tokens 1024; under [model] a smaller context_tokens; or quantization."
    )


def _step_output(output: Any, request: VllmRequest, end_tokens: frozenset[int]) -> StepOutput:
    """Translate vLLM's RequestOutput. Raises GrammarInvalid where vLLM gave up."""
    reused, completion = output.num_cached_tokens or 0, output.outputs[0]
    if completion.finish_reason == "error":  # a grammar that only fails where it is compiled
        raise GrammarInvalid("vLLM does not support this grammar.")
    if request.prefill_only:
        return StepOutput(reused_tokens=reused, finish="end")
    tokens = tuple(completion.token_ids)
    if completion.finish_reason == "stop" and tokens and tokens[-1] in end_tokens:
        tokens = tokens[:-1]
    return StepOutput(
        text=completion.text,
        tokens=tokens,
        reused_tokens=reused,
        finish=_FINISH.get(completion.finish_reason, "end") if output.finished else None,
        stop_string=isinstance(completion.stop_reason, str),
    )


def refusal(error: BaseException, *, formed: bool) -> AppError:
    """The error for a request that vLLM refused. `formed`: it had a grammar."""
    reason = _first_line(error)
    return GrammarInvalid(reason) if formed else SamplingInvalid(reason)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
