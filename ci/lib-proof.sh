# lib-proof.sh - how ci/prove counts the runs of a scenario; sourced, from the
# project's folder, after lib.sh.
# shellcheck shell=bash
#
# A row of a tally is one run: status, seconds, when, the digest of the kinds the
# scenario uses, the digest of the whole program. Two rules count rows:
#
#   in a row  how many of the last rows have status 0 and the kinds' digest of
#             today: when a kind's own file has changed, the scenarios that use
#             the kind begin at 0.
#   anew      how many of these, at the end, have the program's digest of today:
#             after any other change of the program a finished tally needs two
#             more runs (AGAIN), since the change may reach any scenario.

AGAIN=2

digest() {
    sha256sum | cut -c 1-12
}

# bare FILE...: C sources without comments, indentation and empty lines, others
# as they are: a comment that was rewritten makes no other program.
bare() {
    perl -0777 -e '
        for my $file (@ARGV) {
            open my $in, "<", $file or die "$file: $!";
            my $text = <$in> // "";
            if ($file =~ /\.(c|h|def)$/) {
                $text =~ s{("(?:\\.|[^"\\])*"|\x27(?:\\.|[^\x27\\])*\x27)|
                           /\*.*?\*/|//[^\n]*}{$1 // " "}gsex;
                $text =~ s/^\s+|[ \t]+$//gm;
            }
            print "== $file\n$text";
        }' "$@"
}

# program_files: the sources that a run executes or reads, one a line.
program_files() {
    find CMakeLists.txt harness fixtures -type f \
        \( -name '*.[ch]' -o -name '*.def' -o -name CMakeLists.txt -o \
        -path 'fixtures/*' \) ! -name '*.md' ! -path 'harness/tests/*' \
        ! -path 'harness/fuzz/*' ! -path 'harness/bench/*' | LC_ALL=C sort
}

program_digest() {
    local files
    mapfile -t files < <(program_files)
    bare "${files[@]}" | digest
}

# kinds_of FILE: the own files of the kinds that a scenario names: of each set of
# kinds (harness/SET/..._kinds.def) NAME.c, NAME_SET.c, SET_NAME.c, target_NAME.c.
# Any word of the scenario counts, keys and values alike: a file too many costs
# runs, a file too few would cost the truth.
kinds_of() {
    local set name
    for set in fault check endpoint platform load; do
        cat "harness/$set"/*_kinds.def 2>/dev/null |
            sed -n 's/^[A-Z_]*KIND(\([a-z0-9_]*\).*/\1/p' |
            grep -Fxf <(
                printf '%s\n' topic local # used without being named
                sed 's/^ *#.*//' "$1" |
                    grep -oE '[A-Za-z][A-Za-z0-9_-]*' | tr - _
            ) |
            while read -r name; do
                find "harness/$set" -maxdepth 1 \( -name "$name.c" -o \
                    -name "${name}_$set.c" -o -name "${set}_$name.c" -o \
                    -name "target_$name.c" \)
            done
    done | LC_ALL=C sort -u
}

kinds_digest() {
    local files
    mapfile -t files < <(kinds_of "$1")
    bare ${files[@]+"${files[@]}"} | digest
}

# count KINDS PROGRAM <ROWS: "in-a-row anew".
count() {
    awk -v kinds="$1" -v program="$2" '
        # "": compared as texts, since 12e4 and 120e3 are one number
        $4 "" != kinds "" || $1 != 0 { row = anew = 0 }
        $4 "" == kinds "" && $1 == 0 {
            row++
            anew = $5 "" == program "" ? anew + 1 : 0
        }
        END { print row + 0, anew + 0 }'
}

# is_proven WANTED ROW ANEW
is_proven() {
    (($2 >= $1 && $3 >= ($1 < AGAIN ? $1 : AGAIN)))
}
