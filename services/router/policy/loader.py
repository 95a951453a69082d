"""Loads a policy pack and reports every problem with its place. Pure."""

from collections.abc import Mapping

import msgspec

from services.router.policy.building import build
from services.router.policy.loading import Loading
from services.router.policy.model import Policy, all_reasons
from services.router.policy.pack import WrittenPack
from services.router.policy.places import Problem, read_toml
from services.router.policy.reading import problems_in


def load_policy(text: str, *, file: str) -> Policy | tuple[Problem, ...]:
    """The policy that the pack `text` holds, or every problem that keeps it from being loaded. file: for the places."""
    raw = read_toml(text, file=file)
    if isinstance(raw, Problem):
        return (raw,)
    loading = Loading(file, text)
    pack = _pack(raw, loading)
    if pack is None:
        return tuple(sorted(loading.problems))
    loading.sources = pack.sources
    loading.roles = frozenset(role.code for role in pack.role)
    policy = build(pack, loading)
    policy = msgspec.structs.replace(policy, rules={reason.rule: reason for reason in all_reasons(policy)})
    return tuple(sorted(loading.problems)) if loading.problems else policy


def _pack(raw: Mapping[str, object], loading: Loading) -> WrittenPack | None:
    """The pack as written, or None with every problem noted."""
    found = tuple(problems_in(raw, WrittenPack, ""))
    for path, says in found:
        loading.blame(path.removeprefix("."), says)
    return None if found else msgspec.convert(raw, WrittenPack)
