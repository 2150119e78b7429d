"""Columns of structs: several values under names of their own.

    class Address:                          @feature_view(...)
        city = String()                     class Shops:
        number = Int32()                        address = Struct(Address)
                                                city = address.fields.city

A struct is how a source stores values. It is no feature of the view, its members are.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast, overload

from alignc.errors import did_you_mean
from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Feature, Mistake, class_of, made, mistake
from alignc.frontend.features.origins import MemberOrigin
from alignc.ir.types import STRING, struct_of

F = TypeVar("F", bound=Feature)
T = TypeVar("T")


class Struct(Feature, Generic[T]):
    """A column of structs in a parquet file, with the members that a class has as attributes."""

    def __init__(self, subtype: type[T]) -> None:
        super().__init__()
        self.members = {n: f for n, f in vars(subtype).items() if isinstance(f, Feature)}
        try:
            self.dtype = struct_of(tuple((n, f.dtype) for n, f in self.members.items()))
        except ValueError as error:
            report("ALN172", f"`{subtype.__name__}`: {error}", here())
            self.dtype = struct_of((("mistake", STRING),))

    @property
    def fields(self) -> T:
        """The members, as attributes; a null struct has nulls."""
        # What it has are the attributes of the class, as `_Members` gives them.
        return cast(T, _Members(self))

    @overload
    def field(self, name: str) -> Feature: ...
    @overload
    def field(self, name: str, as_type: F | type[F]) -> F: ...
    def field(self, name: str, as_type: F | type[F] | None = None) -> Feature | F:
        """A member by its name; `as_type` is the type that it was declared with."""
        member = self.members.get(name)
        if member is None:
            message = f"the struct has no member `{name}`"
            report("ALN176", message, here(), did_you_mean(name, self.members))
            return mistake(Feature)
        if isinstance(member, Mistake):
            return mistake(Feature)
        if as_type is not None and class_of(as_type).dtype != member.dtype:
            wanted = class_of(as_type).dtype
            report("ALN176", f"the member `{name}` is {member.dtype}, not {wanted}", here())
            return mistake(Feature)
        taken = made(member, MemberOrigin(self, name), member)
        taken._required = member._required
        taken._pii = member._pii
        taken._description = member._description
        taken._constraints = list(member._constraints)
        taken._tags = list(member._tags)
        return taken


class _Members:
    """The members of a struct as attributes."""

    def __init__(self, struct: Struct[T]) -> None:
        self._struct = struct

    def __getattr__(self, name: str) -> Feature:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._struct.field(name)
