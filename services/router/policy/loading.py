"""Gathers the problems of a pack while it is read, each with its line. Pure."""

from collections.abc import Iterable, Mapping

from services.router.policy.pack import Written
from services.router.policy.places import Places, Problem
from services.router.policy.step import Basis, Reason, RoleAt

NO_SOURCE = "example, not in the policy text"
SPONSOR = "sponsor:"


class Loading:
    """Gathers the problems of one pack while its parts are built."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._places = Places(text)
        self.problems: list[Problem] = []
        self.sources: Mapping[str, str] = {}
        self.roles: frozenset[str] = frozenset()

    def blame(self, path: str, says: str) -> None:
        """Note one problem at `path`."""
        where = f"{path}: " if path else ""
        self.problems.append(Problem(self._file, self._places.line(path), f"{where}{says}"))

    def reason(self, rule: str, written: Written, path: str, *, says: str = "", around: Reason | None = None) -> Reason:
        """The reason of a written rule. around: the rule it stands in, whose basis holds where it has none itself."""
        words = written.says or says
        if written.basis is None:
            if around is not None:
                return around if not words else Reason(rule=rule, says=words, basis=around.basis, source=around.source)
            self.blame(path, "It has no basis: clause, setting or demonstration.")
            return Reason(rule=rule, says=words, basis=Basis.DEMONSTRATION, source=NO_SOURCE)
        if not words:
            self.blame(path, "It does not say what the rule is.")
        return Reason(rule=rule, says=words, basis=written.basis, source=self._source(written, path))

    def _source(self, written: Written, path: str) -> str:
        if written.basis is Basis.DEMONSTRATION:
            if written.source:
                self.blame(path, "A demonstration rule has no source: it is an example.")
            return NO_SOURCE
        if written.source not in self.sources:
            self.blame(f"{path}.source", "Its source is not one of [sources].")
        return self.sources.get(written.source, "")

    def role_list(self, written: Iterable[str], path: str) -> tuple[RoleAt, ...]:
        """Roles by their codes, each of which the pack must name."""
        found = tuple(RoleAt(code=one.removeprefix(SPONSOR), at_sponsor=one.startswith(SPONSOR)) for one in written)
        for one in found:
            if one.code not in self.roles:
                self.blame(f"{path}.roles", f"The role {one.code} is not one of [[role]].")
        return found
