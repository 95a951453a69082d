"""Notifier's own key, a file: opens the notices that router sealed to it. Shell."""

from pathlib import Path

from shared.envelope import Binding, OpeningKey
from shared.failures import Code, Permanent
from shared.messages import NoticeDue


class OpeningKeyFile:
    """The Opener port, with the one key in `path`."""

    def __init__(self, path: Path) -> None:
        self._key = OpeningKey.from_file(path)

    def open(self, due: NoticeDue) -> bytes:
        """What was sealed, bound to this notice of this partnership. Raises: Permanent(UNKNOWN_KEY, CANNOT_OPEN)."""
        if due.notice.key != self._key.id:
            raise Permanent(Code.UNKNOWN_KEY)
        binding = Binding(
            partnership=due.partnership,
            key=due.notice.key,
            form="notice",
            form_version=1,
            compartment="notice",
            submission=due.id,
        )
        return self._key.open(due.notice.sealed, binding)
