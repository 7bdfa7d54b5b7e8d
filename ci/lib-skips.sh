# lib-skips.sh - which skipped tests ci/test accepts; sourced, from the project's
# folder.
# shellcheck shell=bash

# results FILE: "status<TAB>name<TAB>output" of each test in ctest's JUnit file, the
# output on one line; status is run, fail, notrun (skipped) or disabled.
results() {
    awk '
    function attribute(name) {
        if (!match($0, " " name "=\"[^\"]*\""))
            return ""
        return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    /<testcase / {
        test = attribute("status") "\t" attribute("name")
        said = ""
        next
    }
    /<\/testcase>/ {
        print test "\t" said
        next
    }
    {
        gsub(/<[^>]*>/, "")
        gsub(/\t/, " ")
        said = said $0 " "
    }' "$1"
}

# known_skip NAME OUTPUT: does a row of ci/known-skips.txt have this name and words
# that the test wrote? The words matter: a test may be skipped for one reason
# only, so a skip for another reason is a failure.
known_skip() {
    local pattern words _
    while IFS='|' read -r pattern words _; do
        pattern=${pattern%"${pattern##*[! ]}"}
        words=${words#"${words%%[! ]*}"}
        words=${words%"${words##*[! ]}"}
        # shellcheck disable=SC2053 # a pattern
        [[ $1 != $pattern || -z $words || $2 != *"$words"* ]] || return 0
    done < <(grep -v '^#' ci/known-skips.txt)
    return 1
}

# judge FILE: a line for each failure and each skip that is not known.
judge() {
    local status name said
    while IFS=$'\t' read -r status name said; do
        case $status in
        run) ;;
        fail) echo "$name (Failed)" ;;
        *) known_skip "$name" "$said" || echo "$name (Skipped, not a known skip)" ;;
        esac
    done < <(results "$1")
}
