"""What is counted as it happens: questions and their stages, tokens, caches, requests. Names are Prometheus' style."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from assistant.traces.stages import QUESTION
from assistant.traces.trace import Trace
from engines import Usage

# Seconds, from a search's stage to a long answer on a slow machine; 0.2 and 1 s are this project's own limits.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)
_TOKENS_PER_SECOND = (1, 2, 5, 10, 15, 20, 30, 40, 60, 80, 120, 200, 400)
_FEW = (0, 1, 2, 3, 5, 8, 12, 20, 50)
_METHODS = frozenset(("GET", "POST", "DELETE", "HEAD", "OPTIONS"))

Price = Callable[[], tuple[float, str]]
"""The price of a million tokens that a model reads, and its currency; 0: none is set."""


class Counted:
    """Counters and histograms of one process, in a registry of their own. Safe to use from any thread."""

    def __init__(self, registry: CollectorRegistry, price: Price) -> None:
        self._price = price

        def histogram(name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(name, about, labels, buckets=buckets, registry=registry)

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(name, about, labels, registry=registry)

        self._questions = counter("carrel_questions", "Questions by how they ended.", "finish")
        self._total = histogram("carrel_question_seconds", "From question to saved answer.", _SECONDS)
        self._stages = histogram("carrel_stage_seconds", "Stages of questions.", _SECONDS, "stage")
        self._retrieval = histogram("carrel_pipeline_seconds", "Questions without reading and writing.", _SECONDS)
        self._first = histogram("carrel_first_token_seconds", "From question to first token.", _SECONDS)
        self._speed = histogram("carrel_decode_tokens_per_second", "Decoding by answer.", _TOKENS_PER_SECOND)
        self._prompt = counter("carrel_prompt_tokens", "Tokens of prompts.")
        self._reused = counter("carrel_prompt_tokens_reused", "Of those, the ones that were not read again.")
        self._output = counter("carrel_output_tokens", "Tokens that models wrote.")
        self._cost = counter("carrel_read_cost", "Price of the tokens that models read.", "currency")
        self._passages = histogram("carrel_retrieved_passages", "Passages by question.", _FEW)
        self._documents = histogram("carrel_retrieved_documents", "Documents by question.", _FEW)
        self._answers = counter("carrel_answer_cache", "Answers by whether they were given before.", "result")
        self._searches = counter("carrel_search_cache", "Searches by whether they were done before.", "result")
        self._window = Gauge(
            "carrel_kv_window_share", "Share of the model's window that the last answer filled.", registry=registry
        )
        self._requests = counter("carrel_http_requests", "Requests answered.", "method", "route", "status")
        self._seconds = histogram("carrel_http_request_seconds", "Requests to their end.", _SECONDS, "route")
        self.in_progress = Gauge(
            "carrel_http_requests_in_progress", "Requests that are being answered.", registry=registry
        )

    def count_trace(self, trace: Trace) -> None:
        """Count a question."""
        counts = trace.counts
        self._questions.labels(trace.finish).inc()
        self._answers.labels("hit" if counts.answer_cached else "miss").inc()
        self._total.observe(trace.root.took_ms / 1000)
        of_model = 0.0
        for _, span in trace.root.walk():
            if span.name != QUESTION:
                self._stages.labels(span.name).observe(span.took_ms / 1000)
            of_model += span.took_ms if span.name in ("wait", "prefill", "decode") else 0.0
        if counts.answer_cached:
            return
        self._retrieval.observe(max(0.0, trace.root.took_ms - of_model) / 1000)
        self._searches.labels("hit" if counts.search_cached else "miss").inc()
        self._passages.observe(counts.passages)
        self._documents.observe(counts.documents)
        if trace.first_token_ms is not None:
            self._first.observe(trace.first_token_ms / 1000)
        self._count_tokens(counts.prompt_tokens, counts.reused_tokens, counts.output_tokens, trace.tokens_per_second)
        if counts.window_tokens:
            self._window.set(counts.window_share)

    def count_reply(self, usage: Usage, window_tokens: int) -> None:
        """Count an answer of a model alone."""
        if usage.first_token_seconds:
            self._first.observe(usage.first_token_seconds)
        self._count_tokens(
            usage.prompt_tokens, usage.reused_tokens, usage.output_tokens, usage.decode_tokens_per_second
        )
        self._window.set((usage.prompt_tokens + usage.output_tokens) / window_tokens)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route`: its pattern, not the path, which may be anything."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def _count_tokens(self, prompt: int, reused: int, output: int, per_second: float) -> None:
        self._prompt.inc(prompt)
        self._reused.inc(reused)
        self._output.inc(output)
        if per_second > 0:
            self._speed.observe(per_second)
        price, currency = self._price()
        if price:
            self._cost.labels(currency).inc(prompt * price / 1_000_000)
