"""Submits messages of 4 KiB over implicit TLS with AUTH PLAIN to a server on loopback.

submission_load.py PORT USER PASSWORD CONNECTIONS MESSAGES reused|fresh
    prints how many a second were accepted, and how long each took. "reused": the clock begins when
    all connections are logged in. "fresh": each message has a connection, a full handshake and a
    login of its own, and its time is that of all of them. Every answer must be the right one.

submission_load.py PORT USER PASSWORD CONNECTIONS 0 idle
    logs in on that many connections, prints "held N", and ends when its standard input does.

Python, because its TLS is OpenSSL, as that of most mail clients is: it costs less than a client on
a JVM, and the same from the first message to the last, where a JVM that is started for each
measurement competes with the servers for the processors, compiling.
"""

import base64
import concurrent.futures
import socket
import ssl
import sys
import threading
import time

PORT, USER, PASSWORD = int(sys.argv[1]), sys.argv[2], sys.argv[3]
CONNECTIONS, MESSAGES, MODE = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE

LOGIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())
MESSAGE = (
    b"From: load@example.org\r\nTo: sink@example.net\r\nSubject: load\r\n\r\n" + (b"x" * 76 + b"\r\n") * 52 + b".\r\n"
)


class Client:
    """One connection that is logged in. No session is resumed: none is ever offered."""

    def __init__(self):
        raw = socket.create_connection(("127.0.0.1", PORT))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = CONTEXT.wrap_socket(raw)
        self.expect(b"220")
        self.say(b"EHLO load.example\r\n", b"250")
        self.say(b"AUTH PLAIN " + LOGIN + b"\r\n", b"235")

    def expect(self, code):
        text = b""
        while True:
            got = self.socket.recv(4096)
            if not got:
                raise OSError(f"the connection ended before {code}")
            text += got
            if text.endswith(b"\n"):
                last = text[text.rfind(b"\n", 0, -1) + 1 :]
                if last[3:4] == b" ":
                    break
        if not last.startswith(code):
            raise OSError(f"expected {code}, got {last}")

    def say(self, octets, code):
        self.socket.sendall(octets)
        self.expect(code)

    def send(self):
        self.say(b"MAIL FROM:<load@example.org>\r\n", b"250")
        self.say(b"RCPT TO:<sink@example.net>\r\n", b"250")
        self.say(b"DATA\r\n", b"354")
        self.say(MESSAGE, b"250")

    def close(self):
        self.say(b"QUIT\r\n", b"221")
        self.socket.close()


class Load:
    def __init__(self):
        self.left = MESSAGES
        self.lock = threading.Lock()
        self.ready = threading.Barrier(CONNECTIONS + 1)
        self.seconds = []

    def take(self):
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def run(self):
        client = None
        try:
            if MODE == "reused":
                client = Client()
        finally:
            self.ready.wait()
        while self.take():
            start = time.perf_counter()
            if MODE == "fresh":
                client = Client()
            client.send()
            if MODE == "fresh":
                client.close()
            self.seconds.append(time.perf_counter() - start)
        if MODE == "reused":
            client.close()


def measure():
    load = Load()
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as threads:
        clients = [threads.submit(load.run) for _ in range(CONNECTIONS)]
        load.ready.wait()
        start = time.perf_counter()
        concurrent.futures.wait(clients)
        took = time.perf_counter() - start
    for client in clients:
        client.result()
    ordered = sorted(load.seconds)
    p50, p99 = (ordered[MESSAGES * percent // 100] * 1000 for percent in (50, 99))
    print(f"{CONNECTIONS} connections: {MESSAGES / took:.0f} messages/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def hold():
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        clients = list(threads.map(lambda _: Client(), range(CONNECTIONS)))
    print(f"held {len(clients)}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    hold() if MODE == "idle" else measure()
