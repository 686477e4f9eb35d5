"""The file store: the same bytes are stored once, whoever sends them and however many at a time."""

from threading import Barrier, Thread

from data.core import files


def test_many_who_store_the_same_bytes_at_once_all_have_them():
    content = b"the very same scanned invoice " * 50_000
    barrier, kept, failed = Barrier(8), [], []

    def keeping() -> None:
        barrier.wait()
        try:
            kept.append(files.keep("invoice.pdf", content))
        except OSError as error:
            failed.append(error)

    threads = [Thread(target=keeping) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(kept)) == 1
    with files.read(kept[0][0]) as stream:
        assert stream.read() == content
