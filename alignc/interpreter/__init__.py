"""The oracle: a plain-Python reading of the Module that emitted programs are compared with.

It is written to be obviously right, not fast. It shares no code with passes, plans or backends, so
that a mistake there is not repeated here.
"""

from alignc.interpreter.datasets import interpret_dataset
from alignc.interpreter.expressions import evaluate
from alignc.interpreter.values import Row, Value
from alignc.interpreter.views import interpret_view

__all__ = ["Row", "Value", "evaluate", "interpret_dataset", "interpret_view"]
