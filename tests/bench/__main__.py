"""Every figure in one table, each a ratio within the run. Shell.

python -m tests.bench            # prints the table
python -m tests.bench --write    # and writes it to RESULTS.md, with the machine's description
"""

import asyncio
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import msgspec

from tests.bench import bench_accept, bench_console, bench_decide, bench_journey, bench_mail

_OF_CONSOLE = "## The console's pages, with 20,000 contacts and 20,000 escalations (processor time at the server)"
RESULTS = Path(__file__).with_name("RESULTS.md")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. met: whether the aim was reached."""

    what: str
    figure: str
    against: str
    ratio: str
    aim: str
    met: bool


def rows() -> Iterator[Row]:
    """Measure, one after another."""
    yield from _accept()
    yield from _decide()
    yield from _mail()
    yield from _journey()


def _accept() -> Iterator[Row]:
    found = bench_accept.measure()
    yield Row(
        what=f"durable acceptances/s ({found.body_bytes / 1024:.1f} KiB, 32 clients, one process, fsync on)",
        figure=f"{found.accepted_a_second:,.0f}/s",
        against=f"no-op route {found.noop_a_second:,.0f}/s",
        ratio=f"{found.ratio:.2f}",
        aim="≥ 0.60",
        met=found.ratio >= 0.6,
    )
    yield Row(
        what="the same against a no-op answered before the web framework, as a submission is",
        figure=f"{found.accepted_a_second:,.0f}/s",
        against=f"bare no-op {found.bare_a_second:,.0f}/s",
        ratio=f"{found.bare_ratio:.2f}",
        aim="≥ 0.60",
        met=found.bare_ratio >= 0.6,
    )
    yield Row(
        what="acceptance, slowest of a hundred (p99)",
        figure=f"{found.p99_ms:.0f} ms",
        against=f"p50 {found.p50_ms:.0f} ms",
        ratio=f"{found.p99_ms / found.p50_ms:.1f}",
        aim="< 100 ms",
        met=found.p99_ms < 100,
    )


def _decide() -> Iterator[Row]:
    found = bench_decide.measure()
    yield Row(
        what="decide(), whole decision with its people",
        figure=f"{found.decisions_a_second:,.0f}/s",
        against=f"encoding the same decision {found.encodings_a_second:,.0f}/s",
        ratio=f"{found.decisions_a_second / found.encodings_a_second:.2f}",
        aim="≥ 20,000/s",
        met=found.decisions_a_second >= 20_000,
    )


def _mail() -> Iterator[Row]:
    found = bench_mail.measure()
    yield Row(
        what="emails/s through notifier",
        figure=f"{found.notifier_a_second:,.0f}/s",
        against=f"bare client, one connection {found.bare_a_second:,.0f}/s",
        ratio=f"{found.ratio:.2f}",
        aim="≥ 0.80",
        met=found.ratio >= 0.8,
    )


def _journey() -> Iterator[Row]:
    found = asyncio.run(bench_journey.measure())
    for load, times in (("idle", found.idle), ("at 50 a second", found.busy)):
        yield Row(
            what=f"accepted → last of its emails at the sink, {load}",
            figure=f"p99 {times.p99_seconds:.2f} s",
            against=f"p50 {times.p50_seconds:.2f} s",
            ratio=f"{times.p99_seconds / times.p50_seconds:.1f}",
            aim="p99 < 2 s",
            met=times.p99_seconds < 2,
        )
    yield from _machine(found)


def _machine(found: bench_journey.Figures) -> Iterator[Row]:
    whole, starter = sum(found.pss_mib.values()), found.pss_mib["starter"]
    yield Row(
        what="memory of all processes at rest (PSS): services, broker, local inbox, and `make run` itself",
        figure=f"{whole:.0f} MiB",
        against=f"`make run` itself {starter:.0f} MiB",
        ratio=f"{whole / starter:.1f}",
        aim="< 250 MiB",
        met=whole < 250,
    )
    for when, seconds in (("first start", found.start_seconds), ("started again", found.again_seconds)):
        yield Row(
            what=f"`make run` → first 200 of the form, {when}",
            figure=f"{seconds:.2f} s",
            against=f"a bare interpreter {found.interpreter_seconds:.2f} s",
            ratio=f"{seconds / found.interpreter_seconds:.0f}",
            aim="< 2 s",
            met=seconds < 2,
        )


def _of_change(console: bench_console.Measured) -> Row:
    return Row(
        what="the first page of the directory after a post of 20,000 was changed",
        figure=f"{console.after_change_ms:.0f} ms",
        against=f"the change itself {console.change_ms:.0f} ms",
        ratio=f"{console.after_change_ms / console.change_ms:.1f}",
        aim="< 200 ms",
        met=console.after_change_ms < bench_console.AIM_MS,
    )


def _slowest(console: bench_console.Measured) -> Row:
    pages = [one for one in console.pages if not one.is_file]
    slow = max(pages, key=lambda page: page.again)
    most, over = slow.again, sum(not one.met for one in pages)
    return Row(
        what=f"the slowest of {len(pages)} pages of the console: `{slow.path}`",
        figure=f"{most:.0f} ms",
        against=f"the middle one {median(one.again for one in pages):.0f} ms",
        ratio=f"{over} over",
        aim="< 200 ms",
        met=over == 0,
    )


def table(found: list[Row]) -> str:
    """Markdown."""
    lines = ["| what | figure | against, in the same run | ratio | aim | met |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.figure} | {row.against} | {row.ratio} | {row.aim} | {'yes' if row.met else '**no**'} |"
        for row in found
    ]
    return "\n".join(lines)


def machine() -> str:
    """What it ran on; no name of a host."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}. Shared and noisy: read the ratios."
    )


def main(arguments: list[str]) -> int:
    """The command."""
    found = []
    for row in rows():
        print(f"{row.what}: {row.figure} ({row.against}; ratio {row.ratio}; aim {row.aim})", flush=True)
        found.append(row)
    console = bench_console.measure()
    pages = f"{_OF_CONSOLE}\n\n{bench_console.table(console)}"
    found += [_slowest(console), _of_change(console)]
    print(f"\n{table(found)}\n\n{pages}")
    if "--write" in arguments:
        RESULTS.write_text(f"# What was measured\n\n`make bench`, on {machine()}\n\n{table(found)}\n\n{pages}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
