/// What a call used, in tokens, with every provider's way of counting brought to one form.
///
/// The four kinds of tokens do not overlap: their sum with `output` is what is billed. Reasoning is part of `output`.
package struct Usage: Sendable, Hashable {
    /// Input tokens that were neither read from nor written to a prompt cache.
    package var uncachedInput: Int
    /// Input tokens read from a prompt cache.
    package var cachedInput: Int
    /// Input tokens written to a prompt cache for a few minutes.
    package var cacheWrite: Int
    /// Input tokens written to a prompt cache for an hour.
    package var longCacheWrite: Int
    /// All output tokens, visible or not.
    package var output: Int

    package init(
        uncachedInput: Int, cachedInput: Int = 0, cacheWrite: Int = 0, longCacheWrite: Int = 0, output: Int
    ) {
        self.uncachedInput = max(0, uncachedInput)
        self.cachedInput = max(0, cachedInput)
        self.cacheWrite = max(0, cacheWrite)
        self.longCacheWrite = max(0, longCacheWrite)
        self.output = max(0, output)
    }

    /// The size of the request, which decides its context tier; saturates.
    package var totalInput: Int {
        [cachedInput, cacheWrite, longCacheWrite].reduce(uncachedInput) { sum, next in
            let (total, overflow) = sum.addingReportingOverflow(next)
            return overflow ? .max : total
        }
    }
}
