import ConfigurationFiles
import FuzzDriver
import Glibc

// Any bytes as the operator's and as the repository's file: values, or problems that say where and fit on a line.
exit(
    fuzz { bytes in
        for isRepositorys in [false, true] {
            let file = ConfigurationFile(name: "file", bytes: bytes)
            do throws(ConfigurationErrors) {
                _ = try Configuration(operator: isRepositorys ? nil : file, repository: isRepositorys ? file : nil)
            } catch {
                require(!error.problems.isEmpty, "an error without a problem")
                for problem in error.problems {
                    let text = "\(problem)"
                    require(!text.isEmpty && !text.contains("\n"), "\(text.debugDescription) is not one line")
                }
            }
        }
    })
