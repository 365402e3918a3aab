"""Failures as JSON, in the form that OpenAI's clients read, with Carrel's hint."""

from __future__ import annotations

import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engines import PromptTooLong
from errors import AppError
from serving.access import AccessRefused
from serving.turnstile import QueueFull

log = logging.getLogger("carrel.serving")


class RequestInvalid(AppError):
    """A request is not what its route takes."""


class NotFound(AppError):
    """A request names what is not there."""


class TooLarge(AppError):
    """The body of a request is too long."""


class RateExceeded(AppError):
    """A key makes too many requests. `retry_after_s`: when to come again."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("This key makes too many requests", f"Come again in {retry_after_s:.0f} seconds.")
        self.retry_after_s = max(1, round(retry_after_s))


class Unauthorized(AppError):
    """No key was given, or one that is not known."""


_STATUS: tuple[tuple[type[AppError], int, str], ...] = (
    (Unauthorized, 401, "authentication_error"),
    (AccessRefused, 403, "permission_error"),
    (NotFound, 404, "not_found_error"),
    (TooLarge, 413, "invalid_request_error"),
    (QueueFull, 429, "rate_limit_error"),
    (RateExceeded, 429, "rate_limit_error"),
    (PromptTooLong, 400, "invalid_request_error"),
)


def status_of(error: AppError) -> tuple[int, str]:
    """The status and the kind of a failure; one that is the request's own is 400."""
    found = ((status, kind) for known, status, kind in _STATUS if isinstance(error, known))
    return next(found, (400, "invalid_request_error"))


def error_body(error: AppError) -> dict[str, Any]:
    """`{"error": {"message", "hint", "type", "code"}}`."""
    return {
        "error": {
            "message": f"{error.title}. {error.hint}".strip(),
            "hint": error.hint,
            "type": status_of(error)[1],
            "code": type(error).__name__,
        }
    }


def app_failure(request: Request, error: Exception) -> Response:
    """The answer to an expected failure."""
    assert isinstance(error, AppError)
    retry = getattr(error, "retry_after_s", None)
    headers = {"Retry-After": str(retry)} if retry else {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error_body(error), status_of(error)[0], headers)


def http_failure(request: Request, error: Exception) -> Response:
    """The answer to a route or a method that is not there."""
    assert isinstance(error, HTTPException)
    told = error_body(RequestInvalid(error.detail, "GET /openapi.json lists the routes."))
    return JSONResponse(told, error.status_code, error.headers)


def bug(request: Request, error: Exception) -> Response:
    """The answer to a bug, which is logged and not shown."""
    log.error("a request failed", exc_info=error)
    return JSONResponse(bug_body(), 500)


def bug_body() -> dict[str, Any]:
    """What is told of a bug."""
    told = error_body(AppError("Carrel failed at this request", "Its log says why: logs/carrel.log in the home."))
    told["error"]["type"] = "server_error"
    return told
