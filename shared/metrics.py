"""Numbers for operators: counts and ages by code, never anything about a person. Shell."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

_REGISTRY = CollectorRegistry()


def counter(name: str, says: str, *, labels: tuple[str, ...] = ()) -> Counter:
    """A count that only rises. Labels are codes, never ids or free text."""
    return Counter(name, says, labels, registry=_REGISTRY)


def gauge(name: str, says: str, *, labels: tuple[str, ...] = ()) -> Gauge:
    """A number that rises and falls."""
    return Gauge(name, says, labels, registry=_REGISTRY)


def exposition() -> bytes:
    """All numbers in Prometheus's text form."""
    return generate_latest(_REGISTRY)
