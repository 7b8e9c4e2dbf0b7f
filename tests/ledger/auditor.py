"""The auditor's program as a module, for the tests that need its parts."""

import importlib.util
from types import ModuleType

from commissioning.ledger.copies.bundle import AUDIT

PROGRAM = AUDIT / "verify_bundle.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = _loaded()
