"""Examples beside a definition: rows of its sources, and the rows that come out.

    @feature_view(name="trips", source=..., examples=[
        Example(given=[{"id": 1, "metres": 1500}], expect=[{"id": 1, "km": 1.5}]),
    ])

`alignc test` runs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alignc.frontend.capture import call_here, here

ExampleRow = Mapping[str, object]


class Example:
    """One example of a view, or with `entities` of a model.

    `given` has the rows of each source by its name; of a definition that reads one source they are
    enough. Columns are those of the source, and null where a row does not have them. Of `expect` the
    columns are looked at that it names.
    """

    def __init__(
        self,
        given: Mapping[str, Sequence[ExampleRow]] | Sequence[ExampleRow],
        expect: Sequence[ExampleRow],
        entities: Sequence[ExampleRow] | None = None,
        name: str | None = None,
    ) -> None:
        self.given = given
        self.expect = expect
        self.entities = entities
        self.name = name
        self.span = here()
        self.call = call_here()


Examples = Iterable[Example]
