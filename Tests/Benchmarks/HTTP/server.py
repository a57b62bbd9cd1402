"""An HTTP/1.1 server on loopback that answers each request after a while: server.py MILLISECONDS. Prints its port and
serves until its standard input ends. Uses as little of the processor as Python can, because it shares the machine with
what is measured."""

import asyncio
import sys

LATENCY = float(sys.argv[1]) / 1000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n" + b"b" * 1024


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.received, self.expected = transport, b"", None
        self.loop = asyncio.get_running_loop()

    def data_received(self, data):
        self.received += data
        while True:
            if self.expected is None:
                end = self.received.find(b"\r\n\r\n")
                if end < 0:
                    return
                at = self.received.find(b"Content-Length: ", 0, end)
                length = int(self.received[at + 16:self.received.find(b"\r\n", at)]) if at >= 0 else 0
                self.expected = end + 4 + length
            if len(self.received) < self.expected:
                return
            self.received, self.expected = self.received[self.expected:], None
            if LATENCY:
                self.loop.call_later(LATENCY, self.transport.write, ANSWER)
            else:
                self.transport.write(ANSWER)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
