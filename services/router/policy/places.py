"""Where in a TOML text a value stands, so that a problem can be told with its line. Pure."""

import re
import tomllib
from collections.abc import Mapping

import msgspec

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_SYNTAX = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_FENCES = ('"""', "'''")


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something to mend in a file. line: 1 is the first; 0 where it has no line of its own."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.says}" if self.line else f"{self.file}: {self.says}"


class Places:
    """The line of every table and key of one TOML text, by path: `stage[1].seat[0].roles`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        table, fence = "", ""
        for number, line in enumerate(text.splitlines(), start=1):
            fence, inside = _fence_after(line, fence), bool(fence)
            if inside:
                continue
            header = _TABLE.match(line)
            if header is not None:
                table = _path(header.group(2), counts, many=header.group(1) == "[[")
                self._lines.setdefault(table, number)
            elif key := _KEY.match(line):
                self._lines.setdefault(f"{table}.{key.group(1)}" if table else key.group(1), number)

    def line(self, path: str) -> int:
        """The line of `path`, else of the nearest table or key around it; 0 where there is none."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path.rpartition(".")[0] if "." in path else ""
        return 0


def _fence_after(line: str, fence: str) -> str:
    """The fence of a text of several lines that is still open after `line`."""
    if fence:
        return "" if fence in line else fence
    return next((one for one in _FENCES if line.count(one) == 1), "")


def _path(name: str, counts: dict[str, int], *, many: bool) -> str:
    parts, path = name.split("."), ""
    for index, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if index == len(parts) - 1 and many:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def read_toml(text: str, *, file: str) -> Mapping[str, object] | Problem:
    """The tables of `text`, or the one problem that keeps it from being read as TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.search(str(error))
        line = int((found and found.group(1)) or len(text.splitlines()))
        return Problem(file, line, f"This is not TOML: {_SYNTAX.sub('', str(error))}.")
