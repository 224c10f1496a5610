"""Settings and fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from support import file_of, obeys_permissions, picture

# Machines that run tests are shared: a slow moment is no failure.
settings.register_profile("default", deadline=None, max_examples=50)
settings.load_profile("default")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A PNG of many colours in a directory of its own."""
    path = tmp_path / "photo.png"
    path.write_bytes(file_of(picture()))
    return path


@pytest.fixture
def permissions(tmp_path: Path) -> None:
    """Skip where nobody obeys permissions: such a test would prove nothing."""
    if not obeys_permissions(tmp_path):
        pytest.skip("permissions mean nothing to root")
