"""Reads the directory afresh for each decision, with the policies and forms of this release beside it. Shell."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from services.router.domain.directory import Entries, entries_bytes
from services.router.domain.ground import Ground
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.routing.revisions import Revisions
from services.router.policy.loader import load_policy
from services.router.policy.model import Policy
from services.router.ports import Directories
from shared import forms
from shared.failures import Code, Permanent
from shared.forms import FormDefinition, load_definition

PACKS = Path(__file__).parents[1] / "policy" / "packs"
FORMS = Path(forms.__file__).parents[1] / "form_definitions"
_KEPT = 4


class StoredGrounds:
    """Every revision of the directory as a Ground. A revision never changes, so its look-ups are kept prepared."""

    def __init__(self, directories: Directories, *, rules: Rules, base_url: str) -> None:
        self._directories = directories
        self._rules = rules
        self._base_url = base_url
        self._prepared: dict[int, Ground] = {}
        self._revisions = Revisions()

    async def now(self) -> Ground:
        """The newest revision, read from the store at this moment; an empty one before the first import."""
        revision = await self._directories.revision()
        ground = await self.at(revision) if revision is not None else None
        return ground or self._ground(0, entries_bytes(Entries(partnerships=(), agencies=())))

    async def at(self, revision: int) -> Ground | None:
        if revision in self._prepared:
            return self._prepared[revision]
        body = await self._directories.at(revision)
        return None if body is None else self._ground(revision, body)

    def _ground(self, revision: int, body: bytes) -> Ground:
        if revision not in self._prepared:
            if len(self._prepared) >= _KEPT:
                self._prepared.pop(min(self._prepared))
            directory = self._revisions.prepare(body, revision=revision)
            self._prepared[revision] = DirectoryGround(directory, self._rules, base_url=self._base_url)
        return self._prepared[revision]


def read_rules(*, packs: Path = PACKS, definitions: Path = FORMS) -> Rules:
    """The policies and forms that ship with this release. Raises: Permanent(SETTINGS) where one does not load."""
    return Rules(_policies(packs), _forms(definitions))


@cache  # a release's files do not change under it
def _policies(folder: Path) -> Sequence[Policy]:
    found = []
    for path in sorted(folder.glob("*.toml")):
        policy = load_policy(path.read_text(encoding="utf-8"), file=path.name)
        if not isinstance(policy, Policy):
            raise Permanent(Code.SETTINGS)
        found.append(policy)
    return tuple(found)


@cache
def _forms(folder: Path) -> Sequence[FormDefinition]:
    return tuple(load_definition(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
