"""What a page must never do, whatever it shows: complain in the console, break its content policy, leave this machine, answer 5xx."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

LOCAL = ("127.0.0.1", "")
REFUSED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """The complaints of every page of a context; a refusal (4xx) that a test provokes is its own matter."""

    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in (*LOCAL, None):
            self.complaints.append(f"asked another machine: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure not in (None, "net::ERR_ABORTED"):  # aborted: a download, or a page left before it was whole
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")
