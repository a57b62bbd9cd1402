/// The weights of the evidence.
enum Weights {
    /// Columns: name, boilerplate, debugging, algorithm, review, architecture, risk.
    static let table = """
        bias 0 0 0 0 0 -3.2
        comment-only 4 0 0 0 0 -1
        file-test 3 0 0 0 0 -0.5
        """
}
