"""The newest directory, prepared once a revision. Shell."""

from services.router.domain.directory import Directory, Entries
from services.router.domain.routing.revisions import Revisions
from services.router.ports import Directories


class NewestDirectory:
    """Asks the store for its revision at each call: a change is seen at the next page."""

    def __init__(self, directories: Directories) -> None:
        self._directories = directories
        self._revisions = Revisions()
        self._kept = Directory(Entries(), revision=0)

    async def now(self) -> Directory:
        revision = await self._directories.revision()
        if revision is not None and revision != self._kept.revision:
            body = await self._directories.at(revision)
            if body is not None:
                self._kept = self._revisions.prepare(body, revision=revision)
        return self._kept
