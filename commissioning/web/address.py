"""Where the reader is: the path and query of the page, from which every sort, filter and page link is made.

The address is the state: filters, order, page and as-at live in the query, so a link can be sent to a colleague.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Address:
    """A path and its query, in order. Every method gives a new link and changes nothing."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: web.BaseRequest) -> "Address":
        """The address that was asked for, its path as it travels: a slash within a name stays part of the name."""
        return cls(request.rel_url.raw_path, tuple(request.query.items()))

    def first(self, name: str) -> str:
        """The value of a query key, the first where it stands several times, empty where it does not."""
        return next((value for key, value in self.query if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a query key that is not empty."""
        return [value for key, value in self.query if key == name and value]

    def fields(self, *left_out: str) -> list[tuple[str, str]]:
        """The query as hidden fields of a form that asks for the names `left_out` itself."""
        return [(key, value) for key, value in self.query if key not in left_out and value]

    def with_values(self, changes: Mapping[str, object], *left_out: str) -> str:
        """The same address with the values of `changes` set; keys that come empty, and `left_out`, are dropped."""
        kept = self.fields(*changes, *left_out)
        added = [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
        return self._link([*kept, *added])

    def beside(self, way: str) -> str:
        """Another address that keeps the as-at and the year of this one; it may have a query and a fragment."""
        path, hash_sign, fragment = way.partition("#")
        kept = urlencode([(name, value) for name in ("as_at", "year") if (value := self.first(name))])
        return f"{path}{'&' if '?' in path else '?'}{kept}{hash_sign}{fragment}" if kept else way

    def without(self, *names: str) -> str:
        """The same address without some query keys."""
        return self._link(self.fields(*names))

    def without_value(self, name: str, value: str, *left_out: str) -> str:
        """The same address without one value of one key: the link on a removable filter tag."""
        return self._link(pair for pair in self.fields(*left_out) if pair != (name, value))

    def _link(self, pairs: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(pairs))
        return f"{self.path}?{query}" if query else self.path
