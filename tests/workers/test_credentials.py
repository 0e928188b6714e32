"""Keys and certificates of clusters that are started for a run."""

import datetime
import platform
import subprocess
import sys
from pathlib import Path

from cryptography import x509

from recc_mc.workers.credentials import TEMPORARY_FOLDER, own_credentials, shared_credentials


def test_a_machine_whose_clock_is_hours_late_takes_the_certificate(tmp_path: Path) -> None:
    with shared_credentials(tmp_path) as shared:
        written = Path(str(shared.tls_ca_file)).read_text()
    now = datetime.datetime.now(datetime.UTC)
    for text in (written, str(own_credentials().tls_ca_file)):
        certificate = x509.load_pem_x509_certificate(text.encode())
        late, early = now - datetime.timedelta(hours=23), now + datetime.timedelta(days=300)
        assert certificate.not_valid_before_utc < late
        assert certificate.not_valid_after_utc > early


def test_no_two_runs_have_one_key() -> None:
    assert own_credentials().tls_worker_key != own_credentials().tls_worker_key


HOLD = """
import sys
from pathlib import Path
from recc_mc.workers.credentials import shared_credentials
with shared_credentials(Path()):
    print("there", flush=True)
    sys.stdin.read()
"""


def test_the_key_of_a_killed_run_goes_with_the_next_and_no_other(tmp_path: Path) -> None:
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for holder in holders:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "there\n"
    killed, living = holders
    strangers = {
        tmp_path / f"{TEMPORARY_FOLDER}elsewhere.{platform.node()}-{killed.pid}-abcdefgh",
        tmp_path / f"{TEMPORARY_FOLDER}{platform.node()}-x-abcdefgh",
    }
    for stranger in strangers:
        stranger.mkdir()
    killed.kill()
    killed.communicate()
    assert len(list(tmp_path.iterdir())) == 4
    with shared_credentials(tmp_path):
        left = set(tmp_path.iterdir()) - strangers
        assert len(left) == 2
        assert any(f"-{living.pid}-" in path.name for path in left)
        assert not any(f"-{killed.pid}-" in path.name for path in left)
    living.communicate("")
    assert set(tmp_path.iterdir()) == strangers
