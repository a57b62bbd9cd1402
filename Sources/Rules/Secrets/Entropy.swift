import Glibc

/// Shannon entropy of the bytes, in bits a byte: 0 for one repeated byte, at most 8.
package func shannonEntropy(_ bytes: some Collection<UInt8>) -> Double {
    guard !bytes.isEmpty else { return 0 }
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    var sum = 0.0
    for count in counts where count > 0 {
        let share = Double(count) / total
        sum -= share * log2(share)
    }
    return sum
}
