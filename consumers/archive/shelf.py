"""How files of a log get onto the disk: whole or not at all under their names, one or many at once."""

from collections.abc import Mapping

from consumers.archive.disk import Disk

DRAFT = "tmp"  # every file is written here first, then renamed: no name ever holds half a file
ONE_BY_ONE_MAX = 32  # above it, one sync of everything costs less than a sync of each


class Shelf:
    """The folder of one log. Paths are relative to it, with slashes; "" is the folder itself."""

    def __init__(self, disk: Disk, folder: str) -> None:
        self.disk = disk
        self._folder = folder

    def at(self, path: str) -> str:
        return f"{self._folder}/{path}" if path else self._folder

    def read(self, path: str) -> bytes | None:
        return self.disk.read(self.at(path))

    def names(self) -> list[str]:
        return self.disk.names(self._folder)

    def append(self, path: str, data: bytes) -> None:
        """Durable when this returns."""
        self.disk.append(self.at(path), data)
        self.disk.sync(self.at(path))

    def empty(self, path: str) -> None:
        self.disk.truncate(self.at(path), 0)
        self.disk.sync(self.at(path))

    def put(self, path: str, data: bytes) -> None:
        """Makes one file durable under its name, at once or not at all."""
        self.put_each({path: data})

    def put_each(self, files: Mapping[str, bytes]) -> None:
        """Each is durable before it takes its name: for what the signed state may need."""
        folders = self._make_folders(files)
        for path, data in files.items():
            self.disk.write(self.at(DRAFT), data)
            self.disk.sync(self.at(DRAFT))
            self.disk.rename(self.at(DRAFT), self.at(path))
        for folder in folders:
            self.disk.sync_dir(self.at(folder))

    def put_many(self, files: Mapping[str, bytes]) -> None:
        """All are durable when this returns, none before: for new names only, that nothing needs as yet."""
        if len(files) <= ONE_BY_ONE_MAX:
            self.put_each(files)
            return
        self._make_folders(files)
        for path, data in files.items():
            self.disk.write(self.at(DRAFT), data)
            self.disk.rename(self.at(DRAFT), self.at(path))
        self.disk.sync_all()

    def _make_folders(self, files: Mapping[str, bytes]) -> list[str]:
        """The folders that get a new name, from the top."""
        folders = sorted({folder for path in files for folder in _ancestors(path)})
        for folder in folders[1:]:
            self.disk.make_dir(self.at(folder))
        return folders

    def sweep(self, path: str) -> None:
        """Removes a folder and the files in it, if it is there."""
        folder = self.at(path)
        names = self.disk.names(folder)
        for name in names:
            self.disk.remove(f"{folder}/{name}")
        if names:
            self.disk.remove(folder)


def _ancestors(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: i + 1]) for i in range(len(parts)))]
