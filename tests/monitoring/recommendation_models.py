"""Models that put items in an order, and random rows of them with all that may be wrong with such rows."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

TOP_K: Final = {"score": 4, "place": 5, "fit": 3, "soon": 6, "best": 10}

DEFINITIONS: Final = """
@feature_view(name="users", source=FileSource.parquet_at("data/users.parquet"))
class Users:
    user = Int64().as_entity()
    country = String()
    liked = List(String())


@feature_view(name="things", source=FileSource.parquet_at("data/things.parquet"))
class Things:
    thing = String().as_entity()
    kind = String()


@feature_view(name="bought", source=FileSource.parquet_at("data/bought.parquet"))
class Bought:
    user = Int64().as_entity()
    thing = String().as_entity()
    at = EventTimestamp()
    was_kept = Bool()


@feature_view(name="visits", source=FileSource.parquet_at("data/visits.parquet"))
class Visits:
    user = Int64().as_entity()
    at = EventTimestamp()
    thing = String()

    soon = thing.aggregate().over_next(days=3).last_k(50)




# With times, ties, several lists of a user, and columns of other names.
@model_contract(
    name="shop",
    input_features=[Users().country],
    output_source=FileSource.parquet_at("data/shop.parquet", mapping_keys={"item": "thing"}),
    subgroups=[Users().country, Things().kind],
)
class Shop:
    user = Int64().as_entity()
    thing = String().as_entity()
    day = Int64().as_entity()
    shown_at = EventTimestamp()
    version = String().as_model_version()
    score = Float().is_recommendation_score(Bought(), item_id=thing, top_k=4)


# Without a time: everything that was kept counts, whenever it was bought.
@model_contract(name="shelf", input_features=[Users().country])
class Shelf:
    user = Int64().as_entity()
    thing = String().as_entity()
    place = Int32().is_recommendation_rank(
        selected_items=Bought().was_kept, item_id=thing, top_k=5
    )


# Lists of items, of a user's row and of a window after the prediction.
@model_contract(
    name="mail",
    input_features=[Users().country],
    output_source=FileSource.parquet_at("data/mail.parquet"),
)
class Mail:
    user = Int64().as_entity()
    thing = String().as_entity()
    sent_at = EventTimestamp()
    fit = Float32().is_recommendation_score(Users().liked, thing, 3)
    soon = Int64().is_recommendation_rank(Visits().soon, thing, top_k=6)


# Nothing odd: what other libraries can say, too.
@model_contract(
    name="clean",
    input_features=[Users().country],
    output_source=FileSource.parquet_at("data/clean.parquet"),
)
class Clean:
    user = Int64().as_entity()
    thing = String().as_entity()
    shown_at = EventTimestamp()
    version = String().as_model_version()
    best = Float().is_recommendation_score(Bought(), item_id=thing)
"""

START: Final = datetime(2024, 5, 1, tzinfo=UTC)
THINGS: Final = ["B", "a", "b", "é", "", "it's", "10", "9", "Zebra", "thing {1}", "z", "y"]


def frames(seed: int, users: int = 40) -> dict[str, pl.DataFrame]:
    """Rows of all sources; the predictions of `shelf` are `predictions`."""
    draw = random.Random(seed)

    def moment() -> datetime:
        return START + timedelta(hours=draw.randrange(240))

    bought = [
        {
            "user": draw.choice([*range(users), None]),
            "thing": draw.choice([*THINGS, "never shown", None]),
            "at": draw.choice([moment(), moment(), moment(), None]),
            "was_kept": draw.choice([True, True, False, None]),
        }
        for _ in range(users * 6)
    ]
    visits = [
        {"user": draw.randrange(users), "at": moment(), "thing": draw.choice([*THINGS, None])}
        for _ in range(users * 8)
    ]
    likes = [
        {
            "user": u,
            "country": draw.choice(["NO", "SE", None]),
            "liked": draw.choice(
                [None, [], [draw.choice([*THINGS, "b", None]) for _ in range(draw.randrange(8))]]
            ),
        }
        for u in range(users)
    ]
    shop: list[dict[str, Any]] = []
    shelf: list[dict[str, Any]] = []
    mail: list[dict[str, Any]] = []
    clean: list[dict[str, Any]] = []
    for _ in range(users * 3):
        # Two lists may be about one user, day and time, and are one list then.
        user, at = draw.randrange(users + 5), START + timedelta(hours=24 * draw.randrange(10))
        key = {"user": user, "day": draw.randrange(2), "shown_at": at}
        version = draw.choice(["v1", "v2", "v2", None])
        for thing in draw.sample(THINGS, draw.randrange(1, 9)):
            row = {**key, "item": thing, "version": version, "score": _score(draw)}
            shop += [_broken(row, draw)] * draw.choice([1, 1, 1, 2])
    for user in range(users + 5):
        for thing in draw.sample(THINGS, draw.randrange(1, len(THINGS))):
            row = {"user": user, "thing": thing, "place": draw.choice([1, 1, 2, 3, 7, 20, None])}
            shelf.append(_broken(row, draw))
        sent = {"user": user, "sent_at": moment()}
        for number, thing in enumerate(draw.sample(THINGS, draw.randrange(1, 12))):
            mail.append({**sent, "thing": thing, "fit": draw.randrange(3) / 4, "soon": number})
        for version in ("v1", "v2"):
            at = START + timedelta(hours=draw.randrange(24))
            one = {"user": user, "version": version, "shown_at": at}
            for number, thing in enumerate(draw.sample([*THINGS, "never shown"], 13)):
                clean.append({**one, "thing": thing, "best": number + draw.random() / 2})
    draw.shuffle(shop)
    draw.shuffle(clean)
    return {
        "users": pl.DataFrame(likes, schema_overrides={"liked": pl.List(pl.String)}),
        "things": pl.DataFrame([{"thing": t, "kind": t[:1]} for t in THINGS]),
        "bought": pl.DataFrame(bought),
        "visits": pl.DataFrame(visits),
        "shop": pl.DataFrame(shop),
        "predictions": pl.DataFrame(shelf, schema_overrides={"place": pl.Int32}),
        "mail": pl.DataFrame(mail, schema_overrides={"fit": pl.Float32}),
        "clean": pl.DataFrame(clean),
    }


def _score(draw: random.Random) -> float | None:
    """Scores that are often equal, and some that are none."""
    some = [0.5, 0.25, -1.0, 0.0, -0.0, draw.random(), math.inf, -math.inf, math.nan, None]
    return draw.choice([*some[:6], draw.choice(some)])


def _broken(row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Now and then a row without a part of its key."""
    if draw.random() > 0.05:
        return row
    name = draw.choice([n for n in row if n not in ("score", "place", "version")])
    return {**row, name: None}
