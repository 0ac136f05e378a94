"""The server of the stewards' page, for this machine only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..problems import Unusable

ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Review:
    """What a user asks of one review. `port` 0 is any free one."""

    folder: Path
    judgements: Path
    rules: Path | None = None
    port: int = 8765
    steward: str = ""


def serve(review: Review, ready: Callable[[str], None]) -> None:
    """Serves until it is stopped (Ctrl-C). `ready` is told the address as soon as pages can be asked for.

    Raises Unusable where the folder is no run, the judgements cannot be read, or the port is taken.
    """
    try:
        import uvicorn

        from .desk import Desk
        from .pages import application
        from .site import Site
    except ModuleNotFoundError as missing:
        raise Unusable(f"{missing.name} is not installed; install it with: pip install 'coalitie[review]'") from None
    from ..appending import TableError
    from ..publishing import recover

    recover(review.folder)
    try:
        desk = Desk(review.folder, review.judgements, review.rules)
    except TableError as error:
        raise Unusable(f"{review.judgements.parent}: {error}") from None
    listening = _listen(review.port)
    port = listening.getsockname()[1]
    hosts = (f"{ADDRESS}:{port}", f"localhost:{port}")
    app = application(Site(desk, port, review.steward), hosts)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    listening.listen()  # from here on a browser may connect: it is answered as soon as the server runs
    ready(f"http://{hosts[0]}/")
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return  # the way in which a user ends it
    finally:
        listening.close()


def _listen(port: int) -> socket.socket:
    # the protocol by name: asyncio switches Nagle's algorithm off only where it is said, which is worth 40 ms a page
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
    except OSError:
        listening.close()
        raise Unusable(f"port {port} is in use; choose another with --port, or 0 for any that is free") from None
    return listening
