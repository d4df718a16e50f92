"""The OLE2 compound file (.xls, .et, encrypted .xlsx): its streams, read with every step bounded."""

import struct

from taizhang.kernel.sheets.refusal import CannotRead

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16sHHHHH6sIIIIIIIII")
_LAST = 0xFFFFFFF9  # sector numbers above this are marks, not sectors


def _broken() -> CannotRead:
    return CannotRead("文件已损坏：.xls 的内部目录读不通。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "xls.broken")


class Compound:
    """One compound file in memory. Raises CannotRead where its own tables contradict each other."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise _broken()
        head = _HEADER.unpack_from(data)
        shift, mini_shift = head[5], head[6]
        if shift not in (9, 12) or mini_shift != 6:
            raise _broken()
        self._data = data
        self._size = 1 << shift
        self._most = len(data) // self._size + 1
        fat_count, directory, cutoff, mini_fat = head[9], head[10], head[12], head[13]
        self._cutoff = cutoff
        self._fat = self._table(self._fat_sectors(fat_count, head[15]))
        self._mini_fat = self._table(self._chain(mini_fat, self._fat, self._most))
        self.entries = self._directory(directory)
        root = self.entries.get("Root Entry", (0, 0))
        self._mini = self._join(root[0], root[1]) if root[1] else b""

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _fat_sectors(self, count: int, difat: int) -> list[int]:
        sectors = [s for s in struct.unpack_from("<109I", self._data, 76) if s < _LAST]
        seen = 0
        while difat < _LAST and len(sectors) < count:
            seen += 1
            block = self._sector(difat)
            if seen > self._most or len(block) < self._size:
                raise _broken()
            numbers = struct.unpack(f"<{self._size // 4}I", block)
            sectors += [s for s in numbers[:-1] if s < _LAST]
            difat = numbers[-1]
        return sectors[: min(count, self._most)]

    def _table(self, sectors: list[int]) -> list[int]:
        joined = b"".join(self._sector(s) for s in sectors)
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))

    @staticmethod
    def _chain(first: int, table: list[int], most: int) -> list[int]:
        chain: list[int] = []
        while first < _LAST:
            if first >= len(table) or len(chain) > most:
                raise _broken()
            chain.append(first)
            first = table[first]
        return chain

    def _join(self, first: int, size: int) -> bytes:
        if size > len(self._data):
            raise _broken()
        return b"".join(self._sector(s) for s in self._chain(first, self._fat, self._most))[:size]

    def _directory(self, first: int) -> dict[str, tuple[int, int]]:
        block = b"".join(self._sector(s) for s in self._chain(first, self._fat, self._most))
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(block) - 127, 128):
            length, kind = struct.unpack_from("<HB", block, at + 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = block[at : at + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", block, at + 116)
                entries.setdefault(name, (start, size))
        return entries

    def stream(self, name: str) -> bytes:
        """The bytes of one stream."""
        start, size = self.entries[name]
        if size >= self._cutoff:
            return self._join(start, size)
        chain = self._chain(start, self._mini_fat, len(self._mini) // 64 + 1)
        return b"".join(self._mini[s * 64 : s * 64 + 64] for s in chain)[:size]
