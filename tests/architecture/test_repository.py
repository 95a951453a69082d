"""What holds for every file of the repository. Shell."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
MODULES = [name for name in TRACKED if re.match(r"(shared|services|deploy)/.*\.py$", name)]
TEXTS = [name for name in TRACKED if not name.endswith((".png", ".woff2", ".ico", ".jpg"))]
LOCKS = [name for name in TRACKED if name.endswith((".lock", "package-lock.json"))]
REGISTRIES = re.compile(
    r"registry\.npm"
    r"js\.org|(files\.)?python"
    r"hosted\.org|pypi\."
    r"org|registry\.yarn"
    r"pkg|--(extra-)?index-"
    r"url[ =]"
)
MIGRATION = re.compile(r"/migrations/versions/|/migrations/env\.py$")
PURE_PLACES = re.compile(
    r"services/\w+/domain/|services/router/policy/|shared/(messages|subjects|working_days|failures|private|terms)\.py"
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def parsed(name: str) -> ast.Module:
    return ast.parse(text_of(name))


def functions_of(name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(parsed(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


FOLDERS = {one: f"services/{one}" for one in ("intake", "router", "notifier")} | {"console": "services/router/console"}


def settings_of(service: str) -> set[str]:
    module = __import__(f"{FOLDERS[service].replace('/', '.')}.settings", fromlist=["settings"])
    structs = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    own = [one for one in structs if one.__module__ == module.__name__]
    prefix = f"CANDOUR_{service.upper()}_"
    return {prefix + field.encode_name.upper() for one in own for field in msgspec.structs.fields(one)}


def test_no_file_names_a_package_registry() -> None:
    assert [name for name in TEXTS if REGISTRIES.search(text_of(name))] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_file_holds_an_address(lock: str) -> None:
    assert re.findall(r"https?://", text_of(lock)) == []


@pytest.mark.parametrize("lock", [name for name in LOCKS if name.endswith(".lock")])
def test_every_locked_python_package_has_a_hash(lock: str) -> None:
    pinned = re.findall(
        r"^[a-z0-9][\w.\[\]-]*==[^\n]*\\\n    --hash=sha256:", text_of(lock), re.MULTILINE | re.IGNORECASE
    )
    named = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text_of(lock), re.MULTILINE | re.IGNORECASE)
    assert len(pinned) == len(named) > 0


@pytest.mark.parametrize("service", list(FOLDERS))
def test_every_setting_is_explained_and_no_other_is(service: str) -> None:
    explained = re.findall(r"^#? ?(CANDOUR_\w+)=", text_of(f"{FOLDERS[service]}/.env.example"), re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == settings_of(service)


def test_every_make_command_of_the_texts_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    for name in TRACKED:
        if name.endswith(".md"):
            asked = set(
                re.findall(r"`make ([a-z]+)[^`]*`|^ {4}make ([a-z]+)|^make ([a-z]+)", text_of(name), re.MULTILINE)
            )
            assert {word for words in asked for word in words if word} <= targets, name


def test_every_module_that_the_texts_run_is_a_command() -> None:
    for name in TRACKED:
        if name.endswith((".md", ".service", ".yaml", "Containerfile", "Makefile")):
            for module in re.findall(r"-m ((?:services|deploy|shared|tests)\.[\w.]*\w)", text_of(name)):
                path = ROOT / module.replace(".", "/")
                found = [one for one in (path.with_suffix(".py"), path / "__main__.py") if one.exists()]
                assert found, f"{name}: {module}"
                assert '__name__ == "__main__"' in found[0].read_text(), f"{name}: {module} has no command"


def test_the_makefile_lists_every_target_with_what_it_does() -> None:
    makefile = text_of("Makefile")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert phony == set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for_and_whether_it_is_pure(name: str) -> None:
    docstring = ast.get_docstring(parsed(name))
    if MIGRATION.search(name) or name.endswith("__init__.py"):
        return
    assert docstring, "no docstring"
    word = "Pure." if PURE_PLACES.search(name) else "(Pure|Shell)."
    assert re.search(rf"(^|\s){word}$".replace(".$", r"\.$"), docstring.split("\n\n")[0]), (
        "its first words end in Pure. or Shell."
    )


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_at_most_250_lines(name: str) -> None:
    assert len(text_of(name).splitlines()) <= 250 or name in TABLES_OF_WORDS


TABLES_OF_WORDS = {
    "shared/messages.py",  # the wire contract is read in one piece
}


@pytest.mark.parametrize("name", MODULES)
def test_a_function_has_at_most_40_lines(name: str) -> None:
    if not MIGRATION.search(name):
        assert {one.name for one in functions_of(name) if (one.end_lineno or 0) - one.lineno >= 40} == set()


@pytest.mark.parametrize("name", MODULES)
def test_nothing_is_imported_for_type_checking_alone(name: str) -> None:
    assert "TYPE_CHECKING" not in text_of(name)


def test_every_type_ignore_has_a_code() -> None:
    loose = re.compile(r"# type: ignore(?!\[)")
    assert [name for name in MODULES if loose.search(text_of(name))] == []


def test_the_project_runs_on_the_python_that_it_says() -> None:
    assert tomllib.loads(text_of("pyproject.toml"))["project"]["requires-python"] == ">=3.11"


@pytest.mark.parametrize("name", [name for name in TRACKED if re.match(r"services/.*/browser/.*\.js$", name)])
def test_no_function_of_a_page_is_called_by_a_word_that_we_do_not_use(name: str) -> None:
    assert re.findall(r"\bfunction (submit|ticket|invalid)\w*\(", text_of(name)) == []
