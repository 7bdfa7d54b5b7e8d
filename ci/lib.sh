# lib.sh - what the scripts in ci/ share; sourced, from the project's folder.
# shellcheck shell=bash

say() {
    printf '==> %s\n' "$*"
}

# complain STATUS SENTENCE: ends the script.
complain() {
    printf '%s: %s\n' "ci/${0##*/}" "$2" >&2
    exit "$1"
}

# usage: prints the script's header comment and ends with 64.
usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" >&2
    exit 64
}

# jdk_release HOME: the feature release of a JDK, 0 if it is none.
jdk_release() {
    local release=0
    if [[ -x $1/bin/java && -x $1/bin/javac ]]; then
        release=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' \
            "$1/release" 2>/dev/null)
    fi
    echo "${release:-0}"
}

# find_jdk: the home of the first JDK >= 17 of JAVA_HOME, the PATH's, and the
# system's; nothing and status 1 if there is none.
find_jdk() {
    local java home
    java=$(command -v java)
    for home in "${JAVA_HOME:-}" "${java:+$(dirname "$(dirname \
        "$(readlink -f "$java")")")}" /usr/lib/jvm/*; do
        if [[ -n $home && $(jdk_release "$home") -ge 17 ]]; then
            echo "$home"
            return 0
        fi
    done
    return 1
}

# use_jdk: makes that JDK the one that programs started from here find; without
# one, what needs it says so itself.
use_jdk() {
    local home
    home=$(find_jdk) || return 0
    export JAVA_HOME=$home PATH="$home/bin:$PATH"
}
