"""The demo's policy rates on loopback, each in the form of its bank; Kazakhstan's bank decides once after the start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from aiohttp import web

# Seconds after the start at which the decision is printed: people have had time to follow something by then.
DECIDES_AFTER = 90.0
# The rates of Kazakhstan by their age in days, the newest last, and the one that is decided.
_NBK = ((400, "16,50"), (300, "18,00"), (200, "18,00"), (60, "17,00"))
_NBK_DECIDED = "16,75"
# The rates of Russia by their age in days, the newest last; the first one was set before the table begins.
_CBR = ((200, "16.00"), (120, "15.00"), (40, "14.00"))
_NAMESPACE = "http://web.cbr.ru/"


class DemoPolicy:
    """The stand-ins. `clock` returns seconds since the epoch; the demo starts when they are created."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._began = clock, clock()

    def add_to(self, application: web.Application, prefix: str = "/banks") -> None:
        """Serve both under a prefix, in the form of BANK_BASE_URL."""
        path = "nbk/ru/news/grafik-prinyatiya-resheniy-po-bazovoy-stavke"
        application.router.add_get(f"{prefix}/{path}", self._nbk)
        application.router.add_post(f"{prefix}/cbr/DailyInfoWebServ/DailyInfo.asmx", self._cbr)

    @property
    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._began, dt.UTC).date()

    async def _nbk(self, _request: web.Request) -> web.Response:
        rows = [_nbk_row(f"{self._today - dt.timedelta(days=age):%d.%m.%Y}", rate) for age, rate in _NBK]
        if self._clock() - self._began < DECIDES_AFTER:
            rows.append(_nbk_row(f"{self._today:%d.%m.%Y}*", ""))
        else:
            rows.append(_nbk_row(f"{_next_workday(self._today):%d.%m.%Y}", _NBK_DECIDED))
        return web.Response(
            text="<!DOCTYPE html>\n<html lang=ru><head><meta charset=utf-8><title>База</title></head><body>\n"
            "<table><tbody>\n<tr><td><p>Дата установления базовой ставки</p></td>"
            "<td><p>Уровень базовой ставки, %</p></td><td><p>Коридор базовой ставки, %</p></td><td></td></tr>\n"
            f"{''.join(rows)}</tbody></table>\n<p>* дата объявления решения</p></body></html>",
            content_type="text/html",
        )

    async def _cbr(self, _request: web.Request) -> web.Response:
        oldest = _CBR[0][0] + 1
        days = [self._today - dt.timedelta(days=age) for age in range(oldest)]
        rows = "".join(
            f"<KR><DT>{day}T00:00:00+03:00</DT><Rate>{self._cbr_rate(day)}</Rate></KR>"
            for day in days
            if day.weekday() < 5
        )
        return web.Response(
            text='<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/'
            f'envelope/"><soap:Body><KeyRateXMLResponse xmlns="{_NAMESPACE}"><KeyRateXMLResult><KeyRate xmlns="">'
            f"{rows}</KeyRate></KeyRateXMLResult></KeyRateXMLResponse></soap:Body></soap:Envelope>",
            content_type="text/xml",
        )

    def _cbr_rate(self, day: dt.date) -> str:
        age = (self._today - day).days
        return next(rate for since, rate in reversed(_CBR) if age <= since)


def _nbk_row(day: str, rate: str) -> str:
    corridor = f"{_shifted(rate, -1)} - {_shifted(rate, 1)}" if rate else "&nbsp;"
    return f"<tr>\n<td><p>{day}</p></td>\n<td><p>&nbsp;{rate}<br></p></td>\n<td>{corridor}</td>\n<td></td>\n</tr>\n"


def _shifted(rate: str, by: int) -> str:
    return str(Decimal(rate.replace(",", ".")) + by).replace(".", ",")


def _next_workday(day: dt.date) -> dt.date:
    following = day + dt.timedelta(days=1)
    return following if following.weekday() < 5 else _next_workday(following)
