#!/bin/sh
# A sweep as a job array of Slurm, and a job that joins its shares when all tasks have ended well:
#   tools/slurm/submit.sh SCENARIO TASKS RESULTS
# Both jobs need edgelag in their path, and folders that all nodes see.
set -eu
if [ $# -ne 3 ]; then
    echo "usage: $0 SCENARIO TASKS RESULTS" >&2
    exit 2
fi
scenario=$1 tasks=$2 results=$3
here=$(dirname -- "$0")

# A text as one word of a shell.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

sweep=$(sbatch --parsable --array="1-$tasks" "$here/sweep.sbatch" "$scenario" "$results-shares")
# Exit codes 1 and 3 are those of gates.
sbatch --parsable --dependency="afterok:$sweep" --job-name=edgelag-merge \
    --wrap "edgelag merge $(quoted "$results-shares") --out $(quoted "$results") || test \$? = 1 -o \$? = 3"
