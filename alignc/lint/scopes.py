"""Which columns of which relations a query reads: names are looked up in the SELECT that they stand in.

A column that is written down is read, even if nothing comes of it: the query would fail without it. Of `*` only
what an outer SELECT asks for is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Lines and columns from 1.
Place = tuple[int, int]
# By column, in small letters, what it is; None if a relation is not one of those asked about.
Relation = Callable[[Any], Mapping[str, str] | None]


@dataclass
class _Wanted:
    """The columns of a SELECT that others ask for: some, or all but some."""

    names: set[str] = field(default_factory=set)
    is_all: bool = False
    but: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name in self.names or (self.is_all and name not in self.but)

    def add(self, other: _Wanted, without: frozenset[str]) -> None:
        self.names |= {name for name in other.names if name not in without}
        if other.is_all:
            left_out = other.but | without
            self.but = self.but & left_out if self.is_all else left_out
            self.is_all = True


def columns_read(statement: Any, relation: Relation) -> Iterator[tuple[str, Place]]:
    """What a statement reads of relations, each with the place of its first mention."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    for query in statement.find_all(exp.Query):
        if query.find_ancestor(exp.Query, exp.CTE) is None:
            yield from _Reading(traverse_scope(query), relation).read()
    outside = [one for one in statement.find_all(exp.Column, exp.Table) if not _is_in_query(one)]
    named = {one.name.lower(): place_of(one.this) for one in outside if isinstance(one, exp.Column)}
    for table in outside:
        columns = relation(table) if isinstance(table, exp.Table) else None
        # `UPDATE x ... FROM orders` names what it reads; `SUMMARIZE orders` reads all.
        some = {name: read for name, read in (columns or {}).items() if name in named}
        for name, read in (some or columns or {}).items():
            yield read, named.get(name) or place_of(table.this)


def _is_in_query(node: Any) -> bool:
    from sqlglot import exp

    return node.find_ancestor(exp.Query) is not None


class _Reading:
    """The scopes of a query, the inner ones first, and what of each is asked for by the outer ones."""

    def __init__(self, scopes: list[Any], relation: Relation) -> None:
        self._scopes = scopes
        self._relation = relation
        self._wanted = {id(scope): _Wanted() for scope in scopes}

    def read(self) -> Iterator[tuple[str, Place]]:
        used = {
            id(source) for scope in self._scopes for _, source in scope.selected_sources.values()
        }
        used |= {id(part) for scope in self._scopes for part in scope.set_operation_scopes}
        for scope in reversed(self._scopes):
            wanted = self._wanted[id(scope)]
            if id(scope) not in used:
                # What nobody selects from is the query itself, or a value or a condition.
                wanted.add(_Wanted(is_all=True), frozenset())
            for part in scope.set_operation_scopes:
                # Columns of another part may have other names.
                is_first = part is scope.set_operation_scopes[0] and not wanted.is_all
                self._ask(part, wanted if is_first else _Wanted(is_all=True))
            yield from self._columns(scope)
            yield from self._stars(scope, wanted)
            yield from self._whole(scope)

    def _ask(self, source: Any, wanted: _Wanted, without: frozenset[str] = frozenset()) -> None:
        if id(source) in self._wanted:
            self._wanted[id(source)].add(wanted, without)

    def _columns(self, scope: Any) -> Iterator[tuple[str, Place]]:
        for column in scope.columns:
            name, sources = _looked_up(column, scope, self._relation)
            for source in sources:
                if (columns := self._known(source)) is not None:
                    if name in columns:
                        yield columns[name], place_of(column.this)
                else:
                    self._ask(source, _Wanted({name}))
        for join in scope.expression.args.get("joins") or ():
            for name in join.args.get("using") or ():
                for _, source in scope.selected_sources.values():
                    columns = self._known(source)
                    if columns is not None and name.name.lower() in columns:
                        yield columns[name.name.lower()], place_of(name)
                    self._ask(source, _Wanted({name.name.lower()}))

    def _stars(self, scope: Any, wanted: _Wanted) -> Iterator[tuple[str, Place]]:
        from sqlglot import exp

        for one in getattr(scope.expression, "selects", ()):
            star = one.this if isinstance(one, exp.Column) else one
            if not isinstance(star, exp.Star):
                continue
            owner = one.args.get("table") if isinstance(one, exp.Column) else None
            left_out = star.args.get("except_") or star.args.get("except") or ()
            without = frozenset(name.name.lower() for name in left_out)
            for name, (_, source) in scope.selected_sources.items():
                if owner is not None and owner.name.lower() != name.lower():
                    continue
                columns = self._known(source) or {}
                for column, read in columns.items():
                    if wanted.has(column) and column not in without:
                        yield read, place_of(star)
                self._ask(source, wanted, without)

    def _whole(self, scope: Any) -> Iterator[tuple[str, Place]]:
        """Relations that are read whole: rows as values, stars within functions, columns under other names."""
        from sqlglot import exp

        owners = {column.name.lower() for column in scope.columns if not column.table}
        stars = [
            one
            for one in scope.find_all(exp.Star)
            if not isinstance(one.parent, exp.Select | exp.Count)
            and not isinstance(one.find_ancestor(exp.Column, exp.Select), exp.Select)
        ]
        owners |= {one.parent.table.lower() for one in stars if isinstance(one.parent, exp.Column)}
        is_any = scope.find(exp.Columns) is not None
        for name, (node, source) in scope.selected_sources.items():
            given = node.args.get("alias")
            renamed = given is not None and bool(given.args.get("columns"))
            if not (is_any or renamed or name.lower() in owners):
                continue
            for read in (self._known(source) or {}).values():
                yield read, place_of(source.this)
            self._ask(source, _Wanted(is_all=True))

    def _known(self, source: Any) -> Mapping[str, str] | None:
        from sqlglot import exp

        return self._relation(source) if isinstance(source, exp.Table) else None


def _looked_up(column: Any, scope: Any, relation: Relation) -> tuple[str, list[Any]]:
    """A column's name, and the relations and SELECTs that it may be of: of an outer SELECT if no nearer one has it."""
    from sqlglot import exp

    parts = [part.name.lower() for part in column.parts]
    name, owner = parts[-1], parts[-2] if len(parts) > 1 else ""
    while scope is not None:
        sources = {key.lower(): one for key, (_, one) in scope.selected_sources.items()}
        if owner in sources:
            return name, [sources[owner]]
        if len(parts) > 2 and parts[-3] in sources:
            # A member of a column.
            return owner, [sources[parts[-3]]]
        if not owner:
            tables = [one for one in sources.values() if isinstance(one, exp.Table)]
            selects = [one for one in sources.values() if not isinstance(one, exp.Table)]
            known = [(table, relation(table)) for table in tables]
            found = [table for table, columns in known if columns is not None and name in columns]
            found += [one for one in selects if _gives(one, name)]
            if found or any(columns is None for _, columns in known):
                return name, found
        scope = scope.parent
    return name, []


def _gives(scope: Any, name: str) -> bool:
    from sqlglot import exp

    query = scope.expression
    if not isinstance(query, exp.Query):
        return False
    return query.is_star or name in (one.lower() for one in query.named_selects)


def place_of(node: Any) -> Place:
    """Where a name or a star begins."""
    meta = node.meta
    size = int(meta.get("end", 0)) - int(meta.get("start", 0))
    return int(meta.get("line", 1)), max(int(meta.get("col", 1)) - size, 1)
