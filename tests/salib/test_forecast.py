"""A long run of a method says so before it begins."""

import pytest

import recc_mc as rm
from recc_mc.salib import forecast, run_salib
from recc_mc.salib.forecast import MethodForecast
from tests.salib.toys import linear_study


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return linear_study()


def test_what_is_said() -> None:
    few = MethodForecast("hdmr", 2000, 288, 95.4)
    assert str(few) == "hdmr, 2,000 rows, 288 outputs: about 95 s"
    many = MethodForecast("fast", 633_700, 1152, 7300.0, shared=True)
    assert str(many) == "fast, 633,700 rows, 1,152 outputs: about 122 min of one worker's time"
    assert few.is_notable
    assert not MethodForecast("pawn", 256, 192, 2.0).is_notable


def test_a_short_run_says_nothing(
    study: rm.Study, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_salib(study, "pawn", samples=100, seed=0, progress=True)
    assert "about" not in capsys.readouterr().err
    monkeypatch.setattr(forecast, "NOTABLE_SECONDS", 0.0)
    run_salib(study, "pawn", samples=100, seed=0)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("given", [False, True])
def test_a_long_run_says_so_first(
    study: rm.Study,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    given: bool,
) -> None:
    monkeypatch.setattr(forecast, "NOTABLE_SECONDS", 0.0)
    draws = rm.simulate(study, samples=120, seed=0) if given else None
    found = run_salib(study, "rbd_fast", samples=120, seed=0, draws=draws, progress=True)
    first = capsys.readouterr().err.splitlines()[0]
    assert first == "rbd_fast, 120 rows, 54 outputs: about 0 s"
    # The pilot takes no random number that the run would have had.
    assert found.identical(run_salib(study, "rbd_fast", samples=120, seed=0, draws=draws))
    assert found["S1"].notnull().any()


def test_the_time_grows_with_the_outputs(
    study: rm.Study, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "NOTABLE_SECONDS", 0.0)
    monkeypatch.setattr(forecast, "_seconds", lambda run: 8.0)
    run_salib(study, "pawn", samples=100, seed=0, progress=True, scheduler="synchronous")
    # 100 rows in 8 s, and 36 outputs of which 4 take 8 s.
    assert "pawn, 100 rows, 36 outputs: about 80 s" in capsys.readouterr().err
    run_salib(study, "pawn", samples=100, seed=0, years=[2012], progress=True)
    assert "12 outputs: about 0 s" in capsys.readouterr().err
