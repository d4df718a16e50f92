"""A backup with any of its bytes changed is refused in a sentence, or comes out as it went in; nothing half-made stays."""

import random
import zipfile

import pytest

from taizhang.jobs import restoring
from taizhang.jobs.backup_file import SQLITE, Manifest, close, put
from taizhang.jobs.refusal import Refused

SEED, TRIES = 20261124, 400


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small backup: a database packed, an upload and a key as they are."""
    folder = tmp_path_factory.mktemp("saved")
    held = {
        SQLITE: b"".join(b"%d\n" % number for number in range(3000)),
        "files/ab/cdef": random.Random(SEED).randbytes(700),
        "keys/of.key": b"k" * 32,
    }
    with zipfile.ZipFile(folder / "saved.zip", "w", compresslevel=1) as book:
        sums = {}
        for name, content in held.items():
            (folder / "one").write_bytes(content)
            sums[name] = put(book, name, folder / "one", packed=name == SQLITE)
        close(book, Manifest(version="1", at="2026-01-01", database=SQLITE, position=1, with_keys=True, sha256=sums))
    return (folder / "saved.zip").read_bytes(), held


def damaged(whole: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(whole)), chance.choice((1, 1, 4, 50))
    kind = chance.choice(("zeros", "noise", "bit", "cut", "lost"))
    if kind == "cut":
        return whole[:at]
    if kind == "lost":
        return whole[:at] + whole[at + length :]
    if kind == "bit":
        return whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
    put_there = bytes(length) if kind == "zeros" else chance.randbytes(length)
    return whole[:at] + put_there + whole[at + length :]


def status_of(file, home) -> int:
    try:
        return restoring.restore(file, home)
    except Refused as no:
        return no.status


def test_damage_anywhere_is_refused_or_does_not_matter(saved, tmp_path, monkeypatch):
    whole, held = saved
    monkeypatch.setattr(restoring, "_verify", lambda home, database: 0)
    chance, refused = random.Random(SEED), 0
    for number in range(TRIES):
        file, home = tmp_path / "saved.zip", tmp_path / f"home{number}"
        file.write_bytes(damaged(whole, chance))
        status = status_of(file, home)
        if status == 0:
            assert {name: (home / name).read_bytes() for name in held} == held, f"seed {SEED}, try {number}"
            home.rename(tmp_path / f"done{number}")
        else:
            refused += 1
            assert status == 2, f"seed {SEED}, try {number}"
            assert [path.name for path in tmp_path.iterdir() if path.name.startswith("home")] == [], f"seed {SEED}, try {number}"
    assert refused > TRIES // 2


@pytest.mark.parametrize("manifest", ["[]", "{}", "null", '{"sha256": null}', "\x00", '{"version": "1"'])
def test_a_manifest_that_is_none_is_refused(tmp_path, manifest):
    with zipfile.ZipFile(tmp_path / "saved.zip", "w") as book:
        book.writestr("manifest.json", manifest)
    with pytest.raises(Refused) as refused:
        restoring.restore(tmp_path / "saved.zip", tmp_path / "home")
    assert refused.value.status == 2
    assert not (tmp_path / "home").exists()
