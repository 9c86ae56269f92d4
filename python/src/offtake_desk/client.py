"""How the desk is spoken to: keys, tries, pages, events, and problems as exceptions.

The calls themselves are in `api.py`, which is written from the description of the API.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

#: Longer than the desk takes for any answer.
LONGEST_ANSWER = 40.0
#: Seconds before the second try; they double each time.
FIRST_WAIT = 0.2
#: The longest wait between two tries, in seconds.
LONGEST_WAIT = 5.0
#: Statuses that leave open what becomes of a request.
OPEN = frozenset({408, 429, 500, 502, 503, 504})


class NoAnswer(Exception):
    """The desk did not answer. Whether a change was made is known by making the same call again with this `key`."""

    def __init__(self, why: str, key: str | None) -> None:
        super().__init__(why)
        self.key = key


class Problem(Exception):
    """The desk did not do what was asked: all that is wrong with it."""

    def __init__(self, status: int, body: Mapping[str, Any], key: str | None = None) -> None:
        self.status = status
        #: A stable name of the kind of problem.
        self.kind: str = str(body.get("type", ""))
        self.title: str = str(body.get("title", ""))
        self.detail: str = str(body.get("detail", ""))
        #: Fields that are wrong, each with `field`, `problem` and `fix`.
        self.findings: list[dict[str, str]] = list(body.get("findings", []))
        #: What speaks against it, each with `kind`, `detail` and `may_be_waived`.
        self.objections: list[dict[str, Any]] = list(body.get("objections", []))
        #: The idempotency key that the request went out with.
        self.key = key
        lines = [self.detail or self.title]
        lines += [f"{one['field']}: {one['problem']} ({one['fix']})" for one in self.findings]
        lines += [f"{one['kind']}: {one['detail']}" for one in self.objections]
        super().__init__("; ".join(line for line in lines if line))


class Unauthorized(Problem):
    """The desk does not know the token, or it is barred."""


class Forbidden(Problem):
    """The token's role may not do this."""


class Missing(Problem):
    """There is no such thing, or none that the token may see."""


class Refused(Problem):
    """Something speaks against it: see `objections`. Or it has changed meanwhile."""


class Invalid(Problem):
    """Fields of the request are wrong: see `findings`."""


class Unavailable(Problem):
    """The desk is busy, closing, or without its store, and was so at every try; a change may have been made: see `key`."""


_KINDS: dict[int, type[Problem]] = {
    401: Unauthorized,
    403: Forbidden,
    404: Missing,
    409: Refused,
    412: Refused,
    422: Invalid,
}


class Client:
    """A desk at an address, opened with a token. `ca` names a file of certificates to trust in place of the system's."""

    def __init__(
        self, server: str, token: str, *, ca: str | None = None, tries: int = 5, timeout: float = LONGEST_ANSWER
    ) -> None:
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{server!r} is no address of a desk, as http://127.0.0.1:7380")
        if tries < 1:
            raise ValueError("at least one try is needed")
        self._host, self._port = parts.hostname, parts.port
        self._tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        self._token, self._tries, self._timeout = token.strip(), tries, timeout

    def _connect(self, timeout: float | None) -> http.client.HTTPConnection:
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _headers(self, body: object, key: str | None, if_match: int | str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "offtake-desk-python"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = key
        if if_match is not None:
            # An ETag as it came is quoted already.
            text = str(if_match).strip('"')
            headers["If-Match"] = text if text == "*" else f'"{text}"'
        return headers

    def _once(
        self, method: str, target: str, body: object, key: str | None, if_match: int | str | None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = self._connect(self._timeout)
        try:
            text = None if body is None else json.dumps(body).encode()
            connection.request(method, target, text, self._headers(body, key, if_match))
            response = connection.getresponse()
            # An answer that breaks off is none: what it was about may have been done.
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        key: str | None = None,
        if_match: int | str | None = None,
        is_once: bool = False,
    ) -> bytes:
        """Sends a request until it is answered, with one key for all tries, and returns the answer's body."""
        if method != "GET" and key is None:
            key = str(uuid.uuid4())
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{path}?{urlencode(asked)}" if asked else path
        wait = FIRST_WAIT
        left = 1 if is_once else self._tries
        while True:
            left -= 1
            pause = wait
            try:
                status, headers, answer = self._once(method, target, body, key, if_match)
            except (OSError, http.client.HTTPException) as error:
                if left == 0 or isinstance(error, ssl.SSLCertVerificationError):
                    raise NoAnswer(f"{self._host} does not answer: {error}", key) from error
            else:
                if status < 300:
                    return answer
                if status not in OPEN or left == 0:
                    raise _problem(status, answer, key)
                told = headers.get("Retry-After", "")
                pause = float(told) if told.isdigit() else wait
            time.sleep(min(pause, LONGEST_WAIT))
            wait *= 2

    def _json(self, method: str, path: str, **how: Any) -> Any:
        answer = self._send(method, path, **how)
        return json.loads(answer) if answer else None

    def _pages(self, path: str, query: Mapping[str, object]) -> Iterator[Any]:
        """Iterates over a list, and asks for each page when it is needed."""
        asked = dict(query)
        while True:
            page = self._json("GET", path, query=asked)
            yield from page["items"]
            if page.get("next") is None:
                return
            asked["after"] = page["next"]

    def _events(self, path: str) -> Iterator[Any]:
        """Iterates over server-sent events as they come, until the desk closes; what cannot be told is left out."""
        connection = self._connect(None)
        try:
            connection.request("GET", path, headers=self._headers(None, None, None))
            response = connection.getresponse()
            if response.status >= 300:
                raise _problem(response.status, response.read(), None)
            for line in response:
                text = line.decode().rstrip("\r\n")
                if text.startswith("data:"):
                    yield json.loads(text[5:])
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{self._host} broke off: {error}", None) from error
        finally:
            connection.close()


def _problem(status: int, answer: bytes, key: str | None) -> Problem:
    try:
        body = json.loads(answer)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"title": f"status {status}", "detail": answer[:200].decode(errors="replace")}
    kind = _KINDS.get(status, Unavailable if status in OPEN else Problem)
    return kind(status, body, key)


def _in_path(text: str) -> str:
    return quote(text, safe="")
