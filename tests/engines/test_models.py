"""What one model has predicted is an input of another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from alignc.errors import DefinitionError
from tests.engines.everywhere import Engines, module_of

TIME = pl.Datetime("us", "UTC")
T0 = datetime(2026, 1, 1, tzinfo=UTC)

MODELS = """
@feature_view(name="trips", source=FileSource.parquet_at("trips.parquet"))
class Trips:
    trip_id = Int64().as_entity()
    t = EventTimestamp()
    distance = Float()
    duration = Float().lower_bound(0)
    was_late = duration > 60

trips = Trips()

@model_contract(
    name="eta",
    input_features=[trips.distance],
    output_source=FileSource.parquet_at("eta.parquet").with_renames({"minutes": "eta"}),
)
class Eta:
    predicted_at = EventTimestamp(ttl=timedelta(hours=2))
    version = String().as_model_version()
    eta = trips.duration.as_regression_label().description("Minutes.")

class Late(Model):
    metadata = Model.metadata_with(
        name="late",
        features=[trips.distance],
        predictions_source=FileSource.parquet_at("late.parquet"),
    )
    trip_id = Int64().as_entity()
    is_late = trips.was_late.as_classification_label()

eta, late = Eta(), Late()

@feature_view(name="checked", source=Trips.join_asof(Eta).join(Late, how="left"))
class Checked:
    trip_id = Int64().as_entity()
    t = EventTimestamp()
    duration = Float()
    eta = Float()
    is_late = Bool()
    error = eta - duration

@model_contract(name="price", input_features=[trips.distance, eta.eta, eta.version, Late])
class Price:
    pass
"""


@pytest.mark.parametrize("optimize", [True, False])
def test_a_model_reads_what_others_predicted(
    engines: Engines, tmp_path: Path, optimize: bool
) -> None:
    module = module_of(MODELS, tmp_path)
    times = [T0, T0 + timedelta(hours=1), T0 + timedelta(hours=5)]
    sources = {
        "trips": pl.DataFrame(
            {
                "trip_id": [1, 2, 1],
                "t": times,
                "distance": [1.0, 2.0, 3.0],
                "duration": [70.0, 5.0, None],
            }
        ),
        "eta": pl.DataFrame(
            {
                "trip_id": [1, 1, 2, None],
                "predicted_at": [T0, times[1], T0 + timedelta(hours=3), T0],
                "minutes": [60.0, 65.0, 9.0, 1.0],
                "version": ["a", "b", "b", "c"],
            }
        ),
        "late": pl.DataFrame({"trip_id": [1, 3], "is_late": [True, False]}),
    }
    view = module.view_by_name["eta_predictions"]
    assert view.entities == ("trip_id",)
    assert view.by_name["eta"].description == "Minutes."
    entities = pl.DataFrame(
        {"trip_id": [1, 1, 2, None], "event_timestamp": [times[1], times[2], times[2], T0]},
        schema={"trip_id": pl.Int64, "event_timestamp": TIME},
    )
    found = engines.check_dataset(module, "price", sources, entities, optimize=optimize)
    assert [row["eta"] for row in found] == [65.0, None, None, None]
    assert [row["is_late"] for row in found] == [True, True, None, None]
    found = engines.check_view(module, "checked", sources, optimize=optimize)
    assert [row["error"] for row in found] == [-10.0, None, None]


def test_predictions_that_are_nowhere(tmp_path: Path) -> None:
    text = MODELS.replace(
        'output_source=FileSource.parquet_at("eta.parquet").with_renames({"minutes": "eta"}),', ""
    )
    with pytest.raises(DefinitionError, match="ALN165 model `eta` has no `output_source`"):
        module_of(text, tmp_path)
