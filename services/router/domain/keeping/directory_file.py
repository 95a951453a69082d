"""Reads the directory's files, TOML and CSV, and reports every problem with its line. Pure.

A CSV holds posts of agencies that a TOML file describes, one row for each holder.
"""

import csv
import io
from collections.abc import Mapping

import msgspec

from services.router.domain.directory import Agency, Entries, Post
from services.router.domain.keeping.directory_check import Marked, check
from services.router.domain.partnership import Partnership
from services.router.policy.model import Policy
from services.router.policy.places import Places, Problem, read_toml
from services.router.policy.reading import problems_in

CSV = ".csv"
COLUMNS = ("agency", "post", "title", "role", "team", "mailbox", "phone", "deputy", "name", "address", "holder_phone")
DATES = ("valid_from", "valid_until", "verified_on")
REQUIRED = ("agency", "post", "title", "role")


def read_directory(files: Mapping[str, str], *, policies: Mapping[str, Policy]) -> Entries | tuple[Problem, ...]:
    """The directory that the files hold together, or every problem, by file and line.

    files: text by file name; `.csv` names are read as CSV. policies: by id, those that a partnership may use.
    """
    problems: list[Problem] = []
    marked: list[Marked] = []
    rows: list[tuple[str, int, dict[str, str]]] = []
    for name, text in files.items():
        if name.casefold().endswith(CSV):
            rows.extend(_rows(name, text, problems))
        else:
            marked.extend(_tables(name, text, problems))
    marked = _with_rows(marked, rows, problems)
    entries = Entries(
        partnerships=tuple(one.value for one in marked if isinstance(one.value, Partnership)),
        agencies=tuple(one.value for one in marked if isinstance(one.value, Agency)),
    )
    problems.extend(check(marked, policies=policies))
    return tuple(sorted(set(problems))) if problems else entries


def _tables(name: str, text: str, problems: list[Problem]) -> list[Marked]:
    raw = read_toml(text, file=name)
    if isinstance(raw, Problem):
        problems.append(raw)
        return []
    places = Places(text)
    found: list[Marked] = []
    for key, value in raw.items():
        kind = {"partnership": Partnership, "agency": Agency}.get(key)
        if kind is None or not isinstance(value, list):
            problems.append(Problem(name, places.line(key), f"There is no such thing as {key} in a directory."))
            continue
        for index, one in enumerate(value):
            path = f"{key}[{index}]"
            wrong = tuple(problems_in(one, kind, path))
            problems.extend(Problem(name, places.line(where), f"{where}: {says}") for where, says in wrong)
            if not wrong:
                found.append(Marked(name, places, path, msgspec.convert(one, kind)))
    return found


def _rows(name: str, text: str, problems: list[Problem]) -> list[tuple[str, int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[str, int, dict[str, str]]] = []
    try:
        unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS) - set(DATES))
        problems.extend(Problem(name, 1, f"There is no column {column}.") for column in unknown)
        for row in reader:
            if None in row:
                problems.append(Problem(name, reader.line_num, "This row has more cells than there are columns."))
                continue
            cells = {key: (value or "").strip() for key, value in row.items()}
            missing = [key for key in REQUIRED if not cells.get(key)]
            problems.extend(Problem(name, reader.line_num, f"{key} is missing.") for key in missing)
            if not missing and not unknown:
                found.append((name, reader.line_num, cells))
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, f"This is not CSV: {error}."))
    return found


def _with_rows(
    marked: list[Marked], rows: list[tuple[str, int, dict[str, str]]], problems: list[Problem]
) -> list[Marked]:
    """The agencies with the posts of the CSV rows added."""
    posts: dict[str, dict[str, dict[str, object]]] = {}
    agencies = {one.value.id for one in marked if isinstance(one.value, Agency)}
    for name, line, row in rows:
        if row["agency"] not in agencies:
            problems.append(Problem(name, line, "Its agency is in no file of this import."))
            continue
        post = posts.setdefault(row["agency"], {}).setdefault(row["post"], _post(row))
        holder = _holder(row)
        if holder:
            holders = post.setdefault("holder", [])
            assert isinstance(holders, list)
            holders.append(holder)
        problems.extend(
            Problem(name, line, f"{where.rpartition('.')[2]}: {says}")
            for where, says in problems_in(post, Post, "post")
        )
    if problems:
        return marked
    return [_added(one, posts) for one in marked]


def _added(one: Marked, posts: Mapping[str, Mapping[str, dict[str, object]]]) -> Marked:
    if not isinstance(one.value, Agency) or one.value.id not in posts:
        return one
    new = tuple(msgspec.convert(post, Post) for post in posts[one.value.id].values())
    return one._replace(value=msgspec.structs.replace(one.value, posts=(*one.value.posts, *new)))


def _post(row: Mapping[str, str]) -> dict[str, object]:
    named = {"id": row["post"], "title": row["title"], "role": row["role"]}
    given = {key: row[key] for key in ("team", "mailbox", "phone", "deputy", "verified_on") if row.get(key)}
    return {**named, **given}


def _holder(row: Mapping[str, str]) -> dict[str, str]:
    names = {"name": "name", "address": "address", "holder_phone": "phone"}
    given = {names[key]: row[key] for key in names if row.get(key)}
    return {**given, **{key: row[key] for key in ("valid_from", "valid_until") if row.get(key)}} if given else {}
