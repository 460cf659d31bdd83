#!/bin/sh
# A refresh for cron, which mails whatever is printed: so nothing is, unless the refresh failed.
#
# Usage: refresh.sh ENVIRONMENT_FILE [OPTION OF refresh.py ...]
# The file gives CIJ_RAW_PATH and CIJ_PUBLISH (../refresh.env.example), and may give CIJ_REFRESH_LOG, a file to append the
# output of every run to, and CIJ_TIME_LIMIT, after which a refresh is ended (6h).
# Exit codes: those of refresh.py, but 0 where another refresh is running; 2 also for a file that can't be used;
# 124 or 137 after the time limit.
set -u
umask 027
# A picture of the memory would hold rows and the secret.
ulimit -c 0
if [ "$#" -eq 0 ] || [ "$1" = --help ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    [ "$#" -gt 0 ] || exit 2
    exit 0
fi
settings=$1
shift
if [ ! -r "$settings" ]; then
    echo "error: $settings: no such file, or not readable" >&2
    exit 2
fi
# A value is what stands there: nothing in it is run.
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    '' | '#'*) continue ;;
    *=[\"\']*) name= ;;
    *=*) name=${line%%=*} ;;
    *) name= ;;
    esac
    case $name in
    '' | [0-9]* | *[!A-Za-z0-9_]*)
        echo "error: $settings: has a line that is no NAME=value without quotes" >&2
        exit 2
        ;;
    esac
    export "$name=${line#*=}"
done <"$settings"
for name in CIJ_RAW_PATH CIJ_PUBLISH; do
    if eval "[ -z \"\${$name:-}\" ]"; then
        echo "error: $settings: gives no $name" >&2
        exit 2
    fi
done

project=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
status=0
output=$(timeout --kill-after=60 "${CIJ_TIME_LIMIT:-6h}" "$project/.venv/bin/python" "$project/scripts/refresh.py" \
    --raw "$CIJ_RAW_PATH" --publish "$CIJ_PUBLISH" "$@" 2>&1) || status=$?
if [ -n "${CIJ_REFRESH_LOG:-}" ]; then
    printf '%s exit code %s\n%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$status" "$output" >>"$CIJ_REFRESH_LOG"
fi
case $status in
0) exit 0 ;;
# The refresh that is still running will load what this one would have.
3) exit 0 ;;
124 | 137) echo "error: the refresh was ended: it took longer than ${CIJ_TIME_LIMIT:-6h}, or had no memory left" ;;
esac
printf '%s\n' "$output"
exit "$status"
