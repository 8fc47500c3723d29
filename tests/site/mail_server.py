"""A mail server on this machine that keeps what it is sent, and can be held up half-way."""

from __future__ import annotations

import email
import socketserver
import threading
from collections import Counter


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as one letter needs.

    With ``hold_at``, the letter of that number is kept, but its sender is left without an answer
    and ``held`` is set: the worst moment for a worker to be killed.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, hold_at: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.hold_at, self.held = hold_at, threading.Event()
        self.message_ids: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def n_copies(self) -> Counter[str]:
        """How many copies of each letter have come in, by Message-ID."""
        return Counter(self.message_ids)

    def keep(self, content: bytes) -> None:
        self.message_ids.append(email.message_from_bytes(content)["Message-ID"])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            match line[:4].upper().strip():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    if not self.take_letter():
                        return
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 fine\r\n")

    def take_letter(self) -> bool:
        """Keep a letter and say so; False when its sender is gone before that."""
        self.server.keep(b"".join(iter(self.rfile.readline, b".\r\n")))
        if len(self.server.message_ids) == self.server.hold_at:
            self.server.held.set()
            self.rfile.readline()  # comes back when the sender has hung up
            return False
        self.wfile.write(b"250 kept\r\n")
        return True
