"""Rewrites of a Plan that make it better and leave its answer alone, one per file, in order."""

from __future__ import annotations

from collections.abc import Callable

from alignc.ir.passes.compute_after_as_of import compute_after_as_of
from alignc.ir.passes.fold_constants import fold_constants
from alignc.ir.passes.fuse_projections import fuse_projections
from alignc.ir.passes.prune_dead_columns import prune_dead_columns
from alignc.ir.passes.share_scans import share_scans
from alignc.ir.passes.share_steps import share_steps
from alignc.ir.passes.share_subexpressions import share_subexpressions
from alignc.ir.passes.share_windows import share_windows
from alignc.ir.passes.skip_plain_steps import skip_plain_steps
from alignc.ir.plan import Plan

Pass = Callable[[Plan], Plan]

PIPELINE: tuple[Pass, ...] = (
    fold_constants,
    prune_dead_columns,
    fuse_projections,
    compute_after_as_of,
    share_scans,
    share_steps,
    share_windows,
    prune_dead_columns,
    skip_plain_steps,
    share_subexpressions,
)
