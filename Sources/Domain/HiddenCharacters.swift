extension Unicode.Scalar {
    /// True for characters that a reader does not see or that change how others are seen: controls other than tab and
    /// line feed, bidirectional marks and overrides, zero-width and filler characters, line and paragraph separators,
    /// tags, variation selectors beyond the emoji ones, interlinear annotation marks, and noncharacters.
    ///
    /// The set is Unicode's Cc, Cf, Zl and Zp and the blank letters that fonts draw as nothing.
    package var isHidden: Bool {
        switch value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0xAD, 0x34F, 0x600...0x605, 0x61C, 0x6DD, 0x70F, 0x890...0x891, 0x8E2: true
        case 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
        case 0x2800, 0x3164, 0xFE00...0xFE0E, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0xFFFE...0xFFFF: true
        case 0x110BD, 0x110CD, 0x13430...0x1345F, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A: true
        case 0xE0000...0xE0FFF: true
        default: value & 0xFFFE == 0xFFFE
        }
    }
}
