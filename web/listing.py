"""How a list is sorted and filtered at this moment: for its headings, its filters and the links between its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BeforeValidator

from service.usecases.paging import Orders, chosen

Choice = TypeVar("Choice")
# Of a filter: where “全部” is chosen, the form sends an empty text.
Chosen = Annotated[Choice | None, BeforeValidator(lambda sent: sent or None)]


@dataclass(frozen=True)
class Listing:
    """sort: as it was asked for, "" for how the list begins. tab: which of several lists it is, by parameters that stay
    when the filters are cleared; filters: the others, as far as they are set."""

    path: str
    orders: Orders
    sort: str
    tab: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)

    def direction(self, key: str) -> str:
        """As aria-sort calls it."""
        now, is_turned = chosen(self.orders, self.sort)
        return "none" if key != now else "descending" if is_turned else "ascending"

    def sorted_by(self, key: str, *, is_turned: bool | None = None) -> str:
        """Address of the first page in this order; in the one that stands already, turned round."""
        if is_turned is None:
            newest_first = self.orders[key].newest_first
            is_turned = {"none": newest_first, "ascending": True, "descending": False}[self.direction(key)]
        return self._address({**self.tab, **self.filters, "sort": f"-{key}" if is_turned else key})

    @property
    def pages(self) -> str:
        """What the number of a page is added to."""
        found = self._address({**self.tab, **self.filters, "sort": self.sort})
        return f"{found}{'&' if '?' in found else '?'}"

    @property
    def cleared(self) -> str:
        """Address without the filters."""
        return self._address({**self.tab, "sort": self.sort})

    def _address(self, given: Mapping[str, str]) -> str:
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{self.path}?{query}" if query else self.path


def listing(request: Request, orders: Orders, sort: str, *, path: str = "", **tab: str) -> Listing:
    """Of the list at the address of this request. path: where else the list is, if it is shown again after an act."""
    asked = request.query_params.items() if request.method == "GET" else ()
    filters = {name: value for name, value in asked if name not in (*tab, "sort", "page")}
    return Listing(
        path or request.url.path, orders, sort, tab, {name: value for name, value in filters.items() if value}
    )
