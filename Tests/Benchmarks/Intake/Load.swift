import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Sends deliveries over kept connections, the next on each as soon as the last is answered.
enum Load {
    static func run(port: Int, connections: Int, seconds: Int, changes: Int, from first: Int) async throws {
        let requests = BenchDelivery.Requests(changes, from: first)
        let tally = Tally()
        // One thread: the rest of the machine is the server's.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let end = NIODeadline.now() + .seconds(Int64(seconds))
        let start = ContinuousClock.now
        var lanes: [any Channel] = []
        for lane in 0..<connections {
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            Lane(lane: lane, lanes: connections, requests: requests, end: end, tally: tally))
                    }
                }.connect(host: "127.0.0.1", port: port).get()
            lanes.append(channel)
        }
        for lane in lanes { try await lane.closeFuture.get() }
        let wall = ContinuousClock.now - start
        try await group.shutdownGracefully()
        let (latencies, refused) = tally.result
        let sorted = latencies.sorted()
        guard !sorted.isEmpty else { exit(1) }
        let time = Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18
        print("answered \(sorted.count)")
        print("refused \(refused)")
        print("rate \(Double(sorted.count) / time)")
        print("p50 \(sorted[sorted.count / 2])")
        print("p99 \(sorted[sorted.count * 99 / 100])")
        print("worst \(sorted[sorted.count - 1])")
    }

    final class Tally: Sendable {
        private let state = Mutex<(latencies: [Double], refused: Int)>(([], 0))

        func add(_ latencies: [Double], refused: Int) {
            state.withLock {
                $0.latencies += latencies
                $0.refused += refused
            }
        }

        var result: (latencies: [Double], refused: Int) { state.withLock { $0 } }
    }

    private final class Lane: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let lane: Int
        private let lanes: Int
        private let requests: BenchDelivery.Requests
        private let end: NIODeadline
        private let tally: Tally
        private var turn = 0
        private var sentAt = NIODeadline.now()
        private var answer: [UInt8] = []
        private var latencies: [Double] = []
        private var refused = 0

        init(lane: Int, lanes: Int, requests: BenchDelivery.Requests, end: NIODeadline, tally: Tally) {
            self.lane = lane
            self.lanes = lanes
            self.requests = requests
            self.end = end
            self.tally = tally
        }

        func channelActive(context: ChannelHandlerContext) { send(context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            answer.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            // All answers here are one short line of JSON.
            guard answer.last == UInt8(ascii: "\n"), answer.dropLast().last == UInt8(ascii: "}") else { return }
            latencies.append(Double((NIODeadline.now() - sentAt).nanoseconds) / 1e9)
            if !answer.starts(with: "HTTP/1.1 202".utf8) { refused += 1 }
            answer.removeAll(keepingCapacity: true)
            if NIODeadline.now() < end { send(context) } else { context.close(promise: nil) }
        }

        func channelInactive(context: ChannelHandlerContext) { tally.add(latencies, refused: refused) }

        private func send(_ context: ChannelHandlerContext) {
            var buffer = context.channel.allocator.buffer(capacity: 20_480)
            requests.write(turn * lanes + lane, id: "bench-\(getpid())-\(lane)-\(turn)", to: &buffer)
            turn += 1
            sentAt = .now()
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
    }
}
