"""What only SQLite can suffer: a plain shell on the file. Not collected on PostgreSQL."""

from tests.journal.own_house import run


def test_a_plain_shell_cannot_write_a_journalled_table(tmp_path):
    done = run("tests.journal.in_house:plain_shell", tmp_path)
    assert done["said"] == [
        "no such function: taizhang_tx",
        "no such function: taizhang_tx",
        "taizhang: nothing is deleted, the journal only grows",
    ]
    assert (done["name"], done["broken"]) == ("张三", [])
