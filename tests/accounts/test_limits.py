"""Limits on how often something is tried, and settings that would let strangers in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from commissioning.cli.demonstration import demo_settings
from commissioning.ledger.errors import Refused
from commissioning.settings import Settings
from commissioning.web.limits import Limit


@given(st.lists(st.floats(0, 50), max_size=60), st.integers(1, 5), st.integers(1, 20))
def test_never_more_than_so_many_in_any_span(steps: list[float], most: int, seconds: int) -> None:
    """Whatever the pace, no span of the limit's length has more attempts than it allows, and none fewer is refused."""
    now, taken = 0.0, []
    limit = Limit(most, seconds, lambda: now)
    for step in steps:
        now += step
        recent = [at for at in taken if at > now - seconds]
        allowed = limit.allows("key")
        assert allowed == (len(recent) < most)
        if allowed:
            limit.take("key")
            taken.append(now)
    if not limit.allows("key"):
        with pytest.raises(Refused, match="too often"):
            limit.take("key")


def test_one_key_is_not_anothers() -> None:
    """Whoever fails often stops nobody else, and whoever turned out to be right begins anew."""
    limit = Limit(1, 60, lambda: 0.0)
    limit.take("a")
    limit.take("b")
    assert not limit.allows("a")
    limit.forget("a")
    assert limit.allows("a")
    assert not limit.allows("b")


@pytest.mark.parametrize(
    "given_",
    [
        {"commissioning_address": "http://council.example"},
        {"commissioning_address": "https://council.example/path"},
        {"commissioning_address": "council.example"},
        {"commissioning_directory": "https://login.microsoftonline.com/common/v2.0"},
        {"commissioning_directory": "https://login.microsoftonline.com/organizations/v2.0"},
        {"commissioning_directory": "http://directory.example"},
        {"commissioning_directory_roles": "SEN=owner"},
        {"commissioning_directory_roles": "SEN=provider"},
        {"commissioning_idle_minutes": 0},
        {"commissioning_session_hours": 48},
    ],
)
def test_settings_that_would_let_strangers_in_are_refused(given_: dict[str, object]) -> None:
    """No http beyond this machine, no tenant of everybody's, no role that is none, no session without an end."""
    with pytest.raises(ValidationError):
        Settings(**given_)


def test_a_demonstration_takes_nothing_of_a_real_ledgers_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the environment says of the council's own directory and address, the demonstration has neither."""
    monkeypatch.setenv("COMMISSIONING_ADDRESS", "https://council.example")
    monkeypatch.setenv("COMMISSIONING_DIRECTORY", "https://directory.example/tenant")
    monkeypatch.setenv("COMMISSIONING_MAIL_SERVER", "smtp://mail.example")
    settings = demo_settings(tmp_path)
    assert settings.sign_in.directory is None
    assert settings.sign_in.address == ""
    assert settings.commissioning_mail_server is None
