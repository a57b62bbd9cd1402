#include "cre2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <vector>

struct cre2_pattern {
    RE2 re;
    int groups;
    cre2_pattern(const re2::StringPiece &source, const RE2::Options &options)
        : re(source, options), groups(re.ok() ? re.NumberOfCapturingGroups() : 0) {}
};

struct cre2_set {
    RE2::Set set;
    explicit cre2_set(const RE2::Options &options) : set(options, RE2::UNANCHORED) {}
};

namespace {

RE2::Options converted(const cre2_options &from) {
    RE2::Options to;
    to.set_encoding(from.utf8 ? RE2::Options::EncodingUTF8 : RE2::Options::EncodingLatin1);
    to.set_case_sensitive(!from.case_insensitive);
    to.set_dot_nl(from.dot_matches_newline);
    to.set_literal(from.literal);
    to.set_max_mem(from.max_memory);
    to.set_log_errors(false);
    return to;
}

// RE2's own option for lines works with POSIX syntax only, so the flag goes into the pattern.
std::string with_flags(const char *source, size_t length, const cre2_options &options) {
    std::string text;
    if (options.multi_line && !options.literal) text = "(?m)";
    text.append(source, length);
    return text;
}

}  // namespace

extern "C" {

cre2_pattern *cre2_pattern_new(const char *source, size_t length, cre2_options options) {
    try {
        return new cre2_pattern(with_flags(source, length, options), converted(options));
    } catch (...) {
        return nullptr;
    }
}

void cre2_pattern_free(cre2_pattern *pattern) { delete pattern; }

const char *cre2_pattern_error(const cre2_pattern *pattern) {
    return pattern->re.ok() ? nullptr : pattern->re.error().c_str();
}

size_t cre2_pattern_error_part(const cre2_pattern *pattern, char *buffer, size_t capacity) {
    const std::string &part = pattern->re.error_arg();
    if (capacity > 0) {
        const size_t kept = std::min(part.size(), capacity - 1);
        std::memcpy(buffer, part.data(), kept);
        buffer[kept] = '\0';
    }
    return part.size();
}

int cre2_pattern_group_count(const cre2_pattern *pattern) { return pattern->groups; }

int cre2_pattern_group_index(const cre2_pattern *pattern, const char *name) {
    if (!pattern->re.ok()) return -1;
    const auto &names = pattern->re.NamedCapturingGroups();
    const auto found = names.find(name);
    return found == names.end() ? -1 : found->second;
}

bool cre2_pattern_find(
    const cre2_pattern *pattern, const char *text, size_t length, size_t from, size_t to, cre2_range *groups,
    int group_capacity) {
    if (!pattern->re.ok() || to > length || from > to) return false;
    if (text == nullptr) text = "";  // RE2 marks a group without a match by a null pointer
    try {
        const re2::StringPiece all(text, length);
        const int wanted = std::min(group_capacity, pattern->groups + 1);
        re2::StringPiece few[8];
        std::vector<re2::StringPiece> many;
        re2::StringPiece *found = few;
        if (wanted > 8) {
            many.resize(static_cast<size_t>(wanted));
            found = many.data();
        }
        if (!pattern->re.Match(all, from, to, RE2::UNANCHORED, wanted > 0 ? found : nullptr, wanted)) return false;
        for (int i = 0; i < wanted; i++) {
            const bool missing = found[i].data() == nullptr;
            groups[i].start = missing ? -1 : found[i].data() - text;
            groups[i].end = missing ? -1 : groups[i].start + static_cast<ptrdiff_t>(found[i].size());
        }
        return true;
    } catch (...) {
        return false;
    }
}

cre2_set *cre2_set_new(cre2_options options) {
    try {
        return new cre2_set(converted(options));
    } catch (...) {
        return nullptr;
    }
}

void cre2_set_free(cre2_set *set) { delete set; }

int cre2_set_add(cre2_set *set, const char *source, size_t length) {
    try {
        return set->set.Add(re2::StringPiece(source, length), nullptr);
    } catch (...) {
        return -1;
    }
}

bool cre2_set_compile(cre2_set *set) {
    try {
        return set->set.Compile();
    } catch (...) {
        return false;
    }
}

int cre2_set_find(const cre2_set *set, const char *text, size_t length, int *indexes, int capacity) {
    try {
        std::vector<int> found;
        RE2::Set::ErrorInfo error{RE2::Set::kNoError};
        if (!set->set.Match(re2::StringPiece(text, length), &found, &error)) {
            return error.kind == RE2::Set::kNoError ? 0 : -1;
        }
        const int kept = std::min(capacity, static_cast<int>(found.size()));
        std::copy(found.begin(), found.begin() + kept, indexes);
        return kept;
    } catch (...) {
        return -1;
    }
}
}
