"""Templates are compiled once a process, however many sites are made in it. Shell."""

from collections.abc import MutableMapping
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_CODES: MutableMapping[tuple[str, str], CodeType] = {}


class Compiled(BytecodeCache):
    """Give it to an `Environment` as its `bytecode_cache`: to compile a form's templates takes most of a second.

    What a template compiles to depends on its source and on how the environment reads it, no more; `kind` names the
    latter.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _CODES.get((self._kind + bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            _CODES[self._kind + bucket.key, bucket.checksum] = bucket.code
