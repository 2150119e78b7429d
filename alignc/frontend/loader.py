"""Read a project's definition files into a Module.

Only files of the project are imported: those that the settings name and those that these import.
They are compiled under their repo-relative names, so that places and tracebacks are the same on
every machine. A statement that cannot be evaluated gives a diagnostic; the others are read nevertheless
(`alignc.frontend.recovery`).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TextIO

from alignc.errors import DefinitionError, Diagnostic, Diagnostics, Span
from alignc.frontend import capture, claims
from alignc.frontend.arguments import wrong_argument
from alignc.frontend.claims import report_unused
from alignc.frontend.contracts import ContractDefinition, Model
from alignc.frontend.fixtures.examples import written_examples
from alignc.frontend.fixtures.lower import lower_fixtures, report_repeats
from alignc.frontend.lower import lower_definitions
from alignc.frontend.recovery import Recovery, without_consequences
from alignc.frontend.suggestions import hint_for
from alignc.frontend.views import FeatureView, ViewDefinition
from alignc.ir.fixture import Fixture
from alignc.ir.module import Module


@dataclass(frozen=True)
class Loaded:
    """A project's Module, the files that it was read from by repo-relative name, and their examples."""

    module: Module
    files: dict[str, str]
    fixtures: tuple[Fixture, ...] = ()


def load_project(
    root: Path,
    definitions: Sequence[Path],
    name: str,
    *,
    required_by_default: bool = False,
    texts: Mapping[str, str] | None = None,
) -> Loaded:
    """The Module of the definition files, or DefinitionError with all mistakes in them.

    `texts` are read instead of the files of these repo-relative names.
    """
    root = root.resolve()
    found = Diagnostics()
    finder = _ProjectFinder(root, found, texts or {})
    with _isolated(finder):
        modules = [finder.load(path.resolve()) for path in definitions]
        views, contracts = _definitions_in([m for m in modules if m is not None])
        lowering = Diagnostics()
        module = lower_definitions(
            name, views, contracts, lowering, required_by_default=required_by_default
        )
        report_unused(claims._made.get() or [], lowering)
        found.items += finder.without_consequences(lowering)
    found.raise_if_any()
    if not module.views:
        found.add(
            "ALN101",
            "there are no feature views in " + ", ".join(p.name for p in definitions),
            None,
            "a view is a class with `@feature_view(...)` above it",
        )
        found.raise_if_any()
    fixtures = _fixtures(views, contracts, module, found)
    found.raise_if_any()
    return Loaded(module, finder.files, fixtures)


def _fixtures(
    views: Sequence[ViewDefinition],
    contracts: Sequence[ContractDefinition],
    module: Module,
    found: Diagnostics,
) -> tuple[Fixture, ...]:
    """The examples of all definitions."""
    written = [
        *(written_examples(v.examples, "view", v.name, v.span, found) for v in views),
        *(written_examples(c.examples, "contract", c.name, c.span, found) for c in contracts),
    ]
    tests = [one for some in written for one in some]
    report_repeats(tests, found)
    return lower_fixtures(tests, module, found)


class _ProjectFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports modules below the project's folder, compiled under their repo-relative names."""

    def __init__(self, root: Path, found: Diagnostics, texts: Mapping[str, str]) -> None:
        self.root = root
        self.found = found
        self.texts = texts
        self.files: dict[str, str] = {}
        self.modules: dict[str, ModuleType] = {}
        self._failed: set[str] = set()
        self._read: dict[str, Recovery] = {}

    def load(self, path: Path) -> ModuleType | None:
        """The module of a file, or None after reporting what is wrong with it."""
        relative = path.relative_to(self.root)
        name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        if name in self._failed:
            return None
        if name in self.modules:
            return self.modules[name]
        try:
            return importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._report(error, relative.as_posix())
        return None

    def without_consequences(self, lowering: Diagnostics) -> list[Diagnostic]:
        """What is wrong with definitions that do not lack what could not be evaluated."""
        if all(one.is_whole for one in self._read.values()):
            return lowering.items
        return without_consequences(lowering.items, self.files, self._read.values())

    # -- the import protocol

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        base = self.root.joinpath(*fullname.split("."))
        for file, is_package in ((base.with_suffix(".py"), False), (base / "__init__.py", True)):
            if file.is_file():
                spec = importlib.util.spec_from_file_location(
                    fullname,
                    file,
                    loader=self,
                    submodule_search_locations=[str(base)] if is_package else None,
                )
                return spec
        if base.is_dir() and any(base.glob("*.py")):
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(base)]
            return spec
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        assert module.__spec__.origin is not None
        name = Path(module.__spec__.origin).relative_to(self.root).as_posix()
        try:
            recovery = Recovery(self._text(Path(module.__spec__.origin), name), name)
            self._read[module.__name__] = recovery
            self._evaluate(module, recovery)
        except BaseException:
            self._failed.add(module.__name__)
            raise
        self.modules[module.__name__] = module

    def _evaluate(self, module: ModuleType, recovery: Recovery) -> None:
        """Evaluate a file, again without each statement that fails."""
        before = dict(module.__dict__)
        made = claims._made.get()
        number = len(made or ())
        # What a program reads from standard output is alignc's; what a file prints is told once.
        printed: TextIO = sys.stderr
        while True:
            try:
                with redirect_stdout(printed):
                    exec(recovery.compiled(), module.__dict__)
                break
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                is_told = recovery.leave_out(error.__traceback__, self._read)
                if is_told is None:
                    raise
                if is_told:
                    self._report(error, recovery.name)
            printed = StringIO()
            module.__dict__.clear()
            module.__dict__.update(before, **recovery.names())
            if made is not None:
                # Those of the attempt before.
                del made[number:]
        for name in recovery.missing:
            module.__dict__.pop(name, None)

    def _text(self, path: Path, name: str) -> str:
        text = self.texts.get(name)
        if text is None:
            text = path.read_text(encoding="utf-8")
        self.files[name] = text
        return text

    # -- what a failed import means for the user

    def _report(self, error: BaseException, file: str) -> None:
        match error:
            case DefinitionError():
                self.found.items.extend(error.diagnostics)
            case SyntaxError(filename=str(name), lineno=int(line)):
                self.found.add(
                    "ALN100", f"cannot be read: {error.msg}", Span(name, line, error.offset or 1)
                )
            case ImportError() if "partially initialized module" in str(error):
                match = re.search(r"import name '(.+?)'", str(error))
                needed, module = match[1] if match else "something", error.name or "a file"
                self.found.add(
                    "ALN109",
                    "definition files import each other in a cycle: "
                    f"`{needed}` is needed of `{module}`, which is still being read",
                    self._place(error, file),
                    "move what both need into a third file",
                )
            case UnicodeDecodeError():
                self.found.add("ALN100", f"is not UTF-8 text: {error}", Span(file, 1))
            case TypeError() | AttributeError() if said := wrong_argument(
                error.__traceback__, self.files
            ):
                self.found.add("ALN104", said, self._place(error, file))
            case _:
                # Where a module is on this machine says nothing to others.
                text = re.sub(r" \((/|[A-Z]:).*\)$", "", " ".join(str(error).split()))
                self.found.add(
                    "ALN100",
                    f"cannot be read: {type(error).__name__}: {text}",
                    self._place(error, file),
                    hint_for(error, self.root, self.files),
                )

    def _place(self, error: BaseException, file: str) -> Span:
        """The innermost line of a definition file that the error came through."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in self.files:
                return Span(frame.filename, frame.lineno or 1, (frame.colno or 0) + 1)
        return Span(file, 1)


@contextmanager
def _isolated(finder: _ProjectFinder) -> Iterator[None]:
    """Import through `finder` first, and forget the project's modules afterwards."""
    hidden = {n: m for n, m in sys.modules.items() if _below(m, finder.root)}
    for name in hidden:
        del sys.modules[name]
    before = set(sys.modules)
    found_token = capture._found.set(finder.found)
    texts_token = capture._texts.set(finder.files)
    claims_token = claims._made.set([])
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        capture._found.reset(found_token)
        capture._texts.reset(texts_token)
        claims._made.reset(claims_token)
        for name in set(sys.modules) - before:
            if _below(sys.modules[name], finder.root):
                del sys.modules[name]
        sys.modules.update(hidden)


_PACKAGE = str(Path(__file__).resolve().parents[1])


def _below(module: ModuleType, root: Path) -> bool:
    spec = getattr(module, "__spec__", None)
    if spec is None:
        return False
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    if any("site-packages" in place or place.endswith("alignc/__init__.py") for place in places):
        return False
    return any(place.startswith(f"{root}/") and not place.startswith(_PACKAGE) for place in places)


def _definitions_in(
    modules: Sequence[ModuleType],
) -> tuple[list[ViewDefinition], list[ContractDefinition]]:
    """The views and contracts that modules have as attributes, each once, in reading order."""
    views: dict[int, ViewDefinition] = {}
    contracts: dict[int, ContractDefinition] = {}
    for module in modules:
        for value in vars(module).values():
            is_class = isinstance(value, type) and issubclass(value, FeatureView | Model)
            if is_class and value not in (FeatureView, Model):
                value = value.definition
            if isinstance(value, ViewDefinition):
                views.setdefault(id(value), value)
            elif isinstance(value, ContractDefinition):
                contracts.setdefault(id(value), value)
    place = lambda item: (item.span.file, item.span.line, item.span.column)
    return sorted(views.values(), key=place), sorted(contracts.values(), key=place)
