"""Keys and certificates of clusters that are started for a run."""

import datetime
from pathlib import Path

from cryptography import x509

from recc_mc.run.credentials import own_credentials, shared_credentials


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
