"""A mutated workbook through the real pages: upload, look, accept; and what breaks the promise of I1: a 500, an exception, a partial write."""

import os
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Person
from taizhang.intake.models import Batch
from taizhang.intake.tasks import STUMBLED
from taizhang.journal.models import JournalTx
from tests.cast import VILLAGE
from tests.fuzz.household_book import mutants
from tests.journal.acts import broken, undone

SEED = int(os.environ.get("TAIZHANG_FUZZ_SEED", "20261123"))
COUNT = int(os.environ.get("TAIZHANG_MUTANTS", "40"))
PAGES = ("import_show", "import_findings", "import_proposals", "import_matching")
MODELS = (Household, HouseholdPeriod, Person, Membership, MemberPeriod)


@dataclass
class Told:
    """What one workbook led to."""

    statuses: list[int] = field(default_factory=list)
    batch: Batch | None = None
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    accepted: bool = False
    offered: int = 0
    changes: int = 0
    postings: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Why this workbook breaks the promise; empty when it keeps it."""
        said = [f"answered {status}" for status in self.statuses if status >= 500]
        said += [f"verify: {text}" for text in self.broken]
        if self.batch is not None and STUMBLED in self.batch.message:
            said.append("a step of the batch stumbled")
        written = tuple(new - old for old, new in zip(self.before, self.after, strict=True))
        if not self.accepted and (any(written) or self.postings):
            said.append(f"nothing was accepted, but {written} rows were written in {self.postings} postings")
        if self.accepted and (written[3], written[4], self.postings) != (self.offered, self.offered, 1):
            said.append(f"{self.offered} new lines were accepted, but {written} rows were written in {self.postings} postings")
        return said


def _counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in MODELS)


def sent(client: Client, told: Told, name: str, content: bytes) -> None:
    """Upload, look at every page, have the workbook back, accept all."""
    form = {"idempotency_key": uuid4().hex, "ledger": "household-archive", "period": "2018", "area": VILLAGE}
    answer = client.post(reverse("import_upload"), form | {"file": SimpleUploadedFile(name, content)})
    told.statuses.append(answer.status_code)
    told.batch = Batch.objects.order_by("-pk").first()
    if answer.status_code != 302 or told.batch is None:
        return
    pk = told.batch.pk
    told.statuses += [client.get(reverse(page, args=[pk])).status_code for page in PAGES]
    told.batch.refresh_from_db()
    if told.batch.state != Batch.CHECKED:
        return
    told.offered, told.changes = told.batch.counts["proposals"]["new"], told.batch.counts["proposals"]["change"]
    told.statuses.append(client.get(reverse("import_workbook", args=[pk])).status_code)
    answer = client.post(
        reverse("import_accept", args=[pk]), {"idempotency_key": uuid4().hex, "group": "new", "page": "1", "accept": "all"}
    )
    told.statuses += [answer.status_code, client.get(reverse("import_show", args=[pk])).status_code]
    told.batch.refresh_from_db()
    told.accepted = told.batch.state == Batch.ACCEPTED


def tried(client: Client, name: str, content: bytes) -> Told:
    told = Told(before=_counts())
    with undone():
        first = JournalTx.objects.count()
        sent(client, told, name, content)
        told.after, told.postings, told.broken = _counts(), JournalTx.objects.count() - first, broken()
    return told


def all_tried(client: Client, seed: int, count: int) -> list[tuple[int, str, Told]]:
    print(f"seed {seed}, {count} mutants (TAIZHANG_FUZZ_SEED, TAIZHANG_MUTANTS)")
    return [(number, how, tried(client, name, content)) for number, (how, name, content) in enumerate(mutants(seed, count))]


def wrong_of(found: list[tuple[int, str, Told]]) -> list[tuple[int, str, list[str]]]:
    return [(number, how, told.wrong) for number, how, told in found if told.wrong]
