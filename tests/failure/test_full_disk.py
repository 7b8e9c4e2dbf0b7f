"""A disk that is really full: nothing acknowledged is lost, readers go on, and writing resumes when there is room."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.failure

_ON_A_SMALL_DISK = 'mount -t tmpfs -o size="$1" tmpfs "$2" && exec "$3" -m tests.failure.small_disk "$2"'


def on_a_small_disk(size: str, folder: Path) -> dict[str, int]:
    """Runs the scenario of `small_disk.py` on a disk of this size; skips where no such disk can be had."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare (util-linux) to mount a small disk of its own")
    probe = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this machine lets nobody mount a disk of their own: allow user namespaces to run this test")
    command = ["unshare", "-rm", "sh", "-c", _ON_A_SMALL_DISK, "sh", size, str(folder), sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_a_full_disk_loses_nothing(
    tmp_path: Path, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """On disks of several sizes: refused in words, all acknowledged events there, reads served, writing resumes."""
    refused = 0
    for number in cases(2, 12):
        folder = tmp_path / f"disk-{number}"
        folder.mkdir()
        found = on_a_small_disk(f"{3_000 + 37 * number}k", folder)
        assert found["acknowledged"] > 10
        assert found["lost"] == 0
        assert found["read while full"] == found["acknowledged"]
        assert found["refused"] > 0
        assert found["acknowledged after"] == 5
        refused += found["refused"]
    publish(f"disk full: {refused} commands refused, 0 acknowledged lost, reads served, writes resumed")
