"""What is wrong with a service's link to the broker, and since when. Shell."""

from datetime import timedelta

from shared.clock import Clock
from shared.failures import Code
from shared.terms import Instant

_LATE = timedelta(minutes=5)
_FORGOTTEN = timedelta(minutes=10)


class Trouble:
    """One thing that fails: since when, and when it was last seen to."""

    __slots__ = ("code", "last_at", "since")

    def __init__(self, code: Code, at: Instant) -> None:
        self.code = code
        self.since = at
        self.last_at = at


class LinkHealth:
    """Troubles pass; a refusal (somebody forges, or permissions are wrong) stays until the service is restarted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._troubles: dict[str, Trouble] = {}
        self._refused: Code | None = None

    def begin(self, what: str, code: Code) -> None:
        """`what` fails, or fails still."""
        now = self._clock.now()
        trouble = self._troubles.setdefault(what, Trouble(code, now))
        trouble.code, trouble.last_at = code, now

    def end(self, what: str) -> None:
        """`what` works."""
        self._troubles.pop(what, None)

    def refuse(self, code: Code) -> None:
        """Something was refused that no honest peer sends."""
        self._refused = self._refused or code

    def problem(self) -> Code | None:
        """A refusal at once; a trouble after five minutes. One not seen for ten is another instance's to mend."""
        if self._refused is not None:
            return self._refused
        now = self._clock.now()
        for what in [what for what, trouble in self._troubles.items() if now - trouble.last_at > _FORGOTTEN]:
            if what != LINK:
                self.end(what)
        late = [trouble for trouble in self._troubles.values() if now - trouble.since >= _LATE]
        return min(late, key=lambda trouble: trouble.since).code if late else None


LINK = "link"
"""The trouble of having no connection: begun once, it lasts until it ends."""
