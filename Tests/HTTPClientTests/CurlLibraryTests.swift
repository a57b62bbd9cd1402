import Testing

@testable import HTTPClient

@Suite("The libcurl in use")
struct CurlLibraryTests {
    @Test("its version has three numbers")
    func tellsVersion() {
        let numbers = CurlLibrary.version.split(separator: "-")[0].split(separator: ".").compactMap { Int($0) }
        #expect(numbers.count == 3)
        #expect(numbers.first.map { $0 >= 7 } == true)
    }

    @Test("the libcurl of the supported systems has TLS and HTTP/2")
    func hasWhatIsNeeded() {
        #expect(CurlLibrary.tlsBackend != nil)
        #expect(CurlLibrary.supportsHTTP2)
        #expect(CurlLibrary.problems == [])
    }
}
