"""A TLS server for tests that speaks HTTP/2 or HTTP/1.1, whichever is agreed on, with the standard library alone.

Usage: tls_server.py CERTIFICATE KEY [http/1.1]      Prints its port, serves until its standard input ends.

Paths: /echo  the request's body
       /slow  the same after 100 ms
       /drip  a byte, then silence until the client gives up; the stream's end is told by /ended
       /ended "reset" once a client gave a /drip stream or its connection up
       /large 32 MB, as fast as flow control lets them out
       /count connections accepted so far

Of HTTP/2 (RFC 9113) only what a well-behaved client needs; of the request's header block only the path is looked for
(see path_of), which works because the client is told to keep no dynamic table.
"""
import asyncio
import ssl
import struct
import sys

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY = 1, 1, 4, 8, 32
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

connections = 0
given_up = asyncio.Event()


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class HTTP2:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.connection_window, self.initial_window, self.max_frame = 65535, 65535, 16384
        self.windows, self.bodies, self.paths, self.tasks = {}, {}, {}, {}
        self.room = asyncio.Condition()

    async def serve(self):
        assert await self.reader.readexactly(len(PREFACE)) == PREFACE
        # No dynamic table, at most 100 streams, large windows.
        settings = struct.pack(">HIHIHI", 1, 0, 3, 100, 4, 1 << 24)
        self.writer.write(frame(SETTINGS, 0, 0, settings) + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 28)))
        try:
            while True:
                head = await self.reader.readexactly(9)
                size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
                stream = struct.unpack(">I", head[5:])[0] & 0x7FFFFFFF
                await self.take(kind, flags, stream, await self.reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            if self.tasks:
                given_up.set()
        finally:
            for task in self.tasks.values():
                task.cancel()

    async def take(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            for at in range(0, len(payload), 6):
                key, value = struct.unpack(">HI", payload[at:at + 6])
                if key == 4:
                    self.initial_window = value
            self.writer.write(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.writer.write(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE:
            more = struct.unpack(">I", payload)[0]
            async with self.room:
                if stream:
                    self.windows[stream] = self.windows.get(stream, self.initial_window) + more
                else:
                    self.connection_window += more
                self.room.notify_all()
        elif kind == RST_STREAM and stream in self.tasks:
            self.tasks.pop(stream).cancel()
            given_up.set()
        elif kind == HEADERS:
            if flags & PADDED:
                payload = payload[1:len(payload) - payload[0]]
            if flags & PRIORITY:
                payload = payload[5:]
            self.paths[stream], self.bodies[stream] = path_of(payload), b""
            self.windows.setdefault(stream, self.initial_window)
            self.maybe_answer(flags, stream)
        elif kind == DATA:
            self.bodies[stream] += payload
            self.maybe_answer(flags, stream)

    def maybe_answer(self, flags, stream):
        if flags & END_STREAM:
            self.tasks[stream] = asyncio.create_task(self.answer(stream, self.paths[stream], self.bodies.pop(stream)))

    async def answer(self, stream, path, body):
        # 0x88 is ":status: 200" in the static table.
        self.writer.write(frame(HEADERS, END_HEADERS, stream, b"\x88"))
        async for piece in pieces(path, body):
            while piece:
                async with self.room:
                    await self.room.wait_for(lambda: self.connection_window > 0 and self.windows[stream] > 0)
                    size = min(len(piece), self.connection_window, self.windows[stream], self.max_frame)
                    self.connection_window -= size
                    self.windows[stream] -= size
                self.writer.write(frame(DATA, 0, stream, piece[:size]))
                await self.writer.drain()
                piece = piece[size:]
        self.writer.write(frame(DATA, END_STREAM, stream))
        self.tasks.pop(stream, None)


# Codes of the letters used in paths (RFC 7541, appendix B).
CODES = {"/": (0x18, 6), "a": (0x3, 5), "c": (0x4, 5), "d": (0x24, 6), "e": (0x5, 5), "g": (0x26, 6), "h": (0x27, 6),
         "i": (0x6, 5), "l": (0x28, 6), "n": (0x2A, 6), "o": (0x7, 5), "p": (0x2B, 6), "r": (0x2C, 6), "s": (0x8, 5),
         "t": (0x9, 5), "u": (0x2D, 6), "w": (0x78, 7)}
PATHS = ["/echo", "/slow", "/drip", "/ended", "/large", "/count"]


def huffman(text):
    bits = "".join(format(code, "0%db" % length) for code, length in (CODES[letter] for letter in text))
    bits += "1" * (-len(bits) % 8)
    return bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8))


def path_of(block):
    """Which of the known paths stands in a header block, plainly or Huffman-coded."""
    return next((path for path in PATHS if path.encode() in block or huffman(path) in block), "/")


async def pieces(path, body):
    if path == "/echo":
        yield body
    elif path == "/slow":
        await asyncio.sleep(0.1)
        yield body
    elif path == "/drip":
        yield b"x"
        await asyncio.Event().wait()
    elif path == "/ended":
        await given_up.wait()
        yield b"reset"
    elif path == "/large":
        for index in range(32):
            yield bytes([index]) * (1 << 20)
    elif path == "/count":
        yield str(connections).encode()


async def serve_http1(reader, writer):
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        async for piece in pieces(head.split(" ")[1], body):
            if piece:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
        writer.write(b"0\r\n\r\n")


async def serve(reader, writer):
    global connections
    connections += 1
    try:
        if writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
            await HTTP2(reader, writer).serve()
        else:
            await serve_http1(reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    context.set_alpn_protocols(sys.argv[3:] or ["h2", "http/1.1"])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
