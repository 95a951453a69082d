"""A request as a page sees it: who asks, in which partnership, and what the form holds. Shell."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from services.router.console.failing import NotHere, NotReadable, TooLarge
from services.router.domain.admin.entering import Signed
from services.router.domain.directory import Directory
from services.router.domain.partnership import Partnership

SMALL = 64 * 1024
"""The most that a form without a file may weigh."""


class Form:
    """What was filled in. Texts are stripped; a field that is not there is empty."""

    def __init__(self, texts: Mapping[str, Sequence[str]], files: Mapping[str, UploadFile]) -> None:
        self._texts = texts
        self._files = files

    def one(self, name: str) -> str:
        """The last value of the field."""
        return next(iter(reversed(self._texts.get(name, ()))), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order."""
        return tuple(self._texts.get(name, ()))

    def names(self) -> tuple[str, ...]:
        """The fields that hold text."""
        return tuple(self._texts)

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file, of a route that takes `most_bytes` enough for one."""
        return self._files.get(name)


class Asked:
    """One request. `signed` and `partnership` are there, and `may` was asked, on every route that is not open."""

    def __init__(
        self,
        request: Request[Any, Any, Any],
        *,
        signed: Signed | None,
        partnership: Partnership | None,
        directory: Directory,
        form: Form,
    ) -> None:
        self.request = request
        self.directory = directory
        self.form = form
        self._signed = signed
        self._partnership = partnership

    @property
    def signed(self) -> Signed:
        """Who asks. Raises: NotHere on an open route that nobody is signed in to."""
        if self._signed is None:
            raise NotHere
        return self._signed

    @property
    def anybody(self) -> Signed | None:
        """Who asks, on an open route perhaps nobody."""
        return self._signed

    @property
    def partnership(self) -> Partnership:
        """The partnership that the address names. Raises: NotHere where it names none."""
        if self._partnership is None:
            raise NotHere
        return self._partnership

    def named(self, name: str) -> str:
        """A part of the address, as `{post:str}`."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        """A value after the question mark: codes alone, never anybody's words."""
        return str(self.request.query_params.get(name, "")).strip()


async def form_of(request: Request[Any, Any, Any], *, most_bytes: int) -> Form:
    """The form that was sent. Raises: TooLarge, NotReadable."""
    said = request.headers.get("content-length", "")
    if not said.isdigit():
        raise NotReadable
    if int(said) > most_bytes:
        raise TooLarge
    try:
        data = await request.form()
        fields = [(str(name), value) for name, value in data.multi_items()]
    except (HTTPException, ValueError, UnicodeDecodeError):
        raise NotReadable from None
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in fields:
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts.setdefault(name, []).append(str(value).strip())
    return Form(texts, files)
