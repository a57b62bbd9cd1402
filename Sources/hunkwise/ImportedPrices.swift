import Domain
import Glibc
import Routing

/// The price overlay on disk.
///
/// It lies beside the operator's configuration file, or in `$XDG_CONFIG_HOME/hunkwise/` when there is none, and is
/// never read from a repository.
enum ImportedPrices {
    static func path(operatorFile: String?) -> String? {
        if let operatorFile {
            guard let slash = operatorFile.lastIndex(of: "/") else { return PriceOverlay.fileName }
            return String(operatorFile[...slash]) + PriceOverlay.fileName
        }
        return DefaultPaths.configuration.map { $0 + "/" + PriceOverlay.fileName }
    }

    /// The prices in force: the built-in catalogue with what was imported.
    static func catalogue(operatorFile: String?) throws(ConfigurationProblem) -> Catalogue {
        guard let path = path(operatorFile: operatorFile), access(path, F_OK) == 0 else { return .builtIn }
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try InputFile.read(path, limit: 16 << 20)
        } catch {
            throw ConfigurationProblem(SettingProblem(file: path, line: nil, key: "", message: error.message))
        }
        do throws(CatalogueError) {
            return Catalogue.builtIn.overlaid(by: try PriceOverlay(parsing: bytes))
        } catch {
            throw ConfigurationProblem(
                SettingProblem(
                    file: path, line: error.line, key: "",
                    message: "\(error.reason); mend it, or delete the file and import again"))
        }
    }

    struct ConfigurationProblem: Error {
        let problem: SettingProblem

        init(_ problem: SettingProblem) {
            self.problem = problem
        }
    }
}
