/// Texts that nobody guesses.
enum Secrets {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    static func text(_ count: Int) -> String {
        String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }
}
