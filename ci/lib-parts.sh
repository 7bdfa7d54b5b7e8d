# lib-parts.sh - how ci/test --part divides the tests; sourced.
# shellcheck shell=bash

# part I N SECONDS_FILE <"label name" rows: those of the I-th of N parts, each row
# in exactly one part. The longest row first, each to the part that is the
# shortest by then; rows without seconds count as 1. Says the part's sum on
# standard error.
part() {
    awk 'NR == FNR { if ($1 !~ /^#/) seconds[$1] = $2; next }
         { print ($2 in seconds ? seconds[$2] : 1), $1, $2 }' "$3" - |
        LC_ALL=C sort -k 1,1nr -k 3,3 | awk -v part="$1" -v parts="$2" '
            {
                least = 1
                for (i = 2; i <= parts; i++)
                    if (sum[i] + 0 < sum[least] + 0)
                        least = i
                sum[least] += $1
                if (least == part)
                    print $2, $3
            }
            END { printf "about %d s\n", sum[part] | "cat >&2" }'
}
