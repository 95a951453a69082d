"""What holds personal data derives from Private, so that no log, repr or error can show it. Pure."""

import msgspec


class Private(msgspec.Struct, frozen=True, kw_only=True):
    """A struct that never shows its values: `repr`, `str` and format give its type alone."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __rich_repr__(self) -> list[tuple[str, object]]:  # else a pretty-printer would show every field
        return []


class Secret:
    """A secret value read from a file. It has no repr and does not pickle; `reveal()` is the one way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "<Secret>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not copied out of its process")
