#!/usr/bin/env bash
# Proves the two commands of the README on a fresh clone in an empty folder: bash tests/fresh_clone.sh [FOLDER]
# Needs git, make and Python with venv, nothing else; takes the committed state of this repository.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$(mktemp -d)}
test -z "$(ls -A "$folder")" || { echo "fresh_clone: $folder must be empty" >&2; exit 2; }
git clone --quiet "$here" "$folder/themeshift"
cd "$folder/themeshift"
export XDG_CACHE_HOME="$folder/cache"
make
report=$(make --silent | sed -n 's/^The report is here: //p')
test -s "$report" || { echo "fresh_clone: make named no report" >&2; exit 1; }
before=$(stat -c %Y "$report")
make >/dev/null
test "$before" = "$(stat -c %Y "$report")" || { echo "fresh_clone: a second make with nothing changed worked again" >&2; exit 1; }
make test
echo "fresh_clone: both commands pass in $folder/themeshift"
