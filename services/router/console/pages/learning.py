"""The report of a year and its quarters: page, print and CSV. Shell."""

from collections.abc import Sequence

from litestar import Response

from services.router.console.access import Answer, Route, go, page
from services.router.console.asked import Asked
from services.router.console.charts import WIDTH, chart_of
from services.router.console.console import Console
from services.router.console.frame import refuse
from services.router.console.learning_csv import csv_of, rows_of
from services.router.domain.admin.admins import Need
from services.router.domain.learning.learning import Half, Report
from services.router.domain.learning.suppression import LEAST

_YEAR = "/p/{partnership:str}/learning/{year:str}"


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/learning`."""
    pages = _Learning(console)
    return [
        page("/p/{partnership:str}/learning", pages.newest, need=Need.REPORTS),
        page(_YEAR, pages.show, need=Need.REPORTS, looked="looked.report"),
        page(f"{_YEAR}/report.csv", pages.csv, need=Need.REPORTS, looked="exported.report"),
    ]


class _Learning:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def newest(self, asked: Asked) -> Answer:
        """On to the newest year; where nothing was raised yet, what will be here."""
        years = await self._console.learning.years(asked.partnership, asked.directory)
        if years:
            return go(f"/p/{asked.partnership.id}/learning/{years[0]}")
        return self._console.frame.page(asked.signed, "learning_empty.html", partnership=asked.partnership)

    async def show(self, asked: Asked) -> Answer:
        made, years = await self._report(asked)
        return self._console.frame.page(
            asked.signed,
            "learning.html",
            partnership=asked.partnership,
            report=made,
            halves=[("received", made.received, _charts(made.received)), ("closed", made.closed, _charts(made.closed))],
            years=years,
            width=WIDTH,
            least=LEAST,
        )

    async def csv(self, asked: Asked) -> Answer:
        made, _ = await self._report(asked)
        name = f"{asked.partnership.id}-{made.year}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(csv_of(rows_of(made)), media_type="text/csv; charset=utf-8", headers=headers)

    async def _report(self, asked: Asked) -> tuple[Report, tuple[int, ...]]:
        learning, text = self._console.learning, asked.named("year")
        years = await learning.years(asked.partnership, asked.directory)
        if not (text.isascii() and text.isdecimal()) or int(text[:5]) not in years:
            raise refuse()
        return await learning.report(asked.partnership, year=int(text)), years


def _charts(half: Half) -> list[object]:
    return [(sheet, chart_of(half, sheet)) for sheet in half.sheets] if half.periods else []
