#!/bin/sh
# Trains the network of `--flow learned` and says how to use it.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
usage: tools/train-flow.sh PHOTOS OUTPUT.safetensors [OPTION]...

Trains a flow network on the photos of a folder, first on small frames and then on larger ones with faster motion; or on a GPU in one go,
with larger batches. Options are passed to `videostyle train flow`, as in --seed 1, --threads 4 or --device cuda.

  TIME=24h     how long the two parts take together (on a GPU: 14m)
  A run that was stopped goes on where it is when the same command is given again.
TEXT
}

[ $# -ge 2 ] || { usage >&2; exit 2; }
photos=$1 output=$2
shift 2
tool=${VIDEOSTYLE:-artifacts/videostyle}
stem=${output%.safetensors}

# Trains one part, or goes on with it; a part that is complete is not trained again.
part() {
    file=$1
    shift
    [ ! -e "$file" ] || return 0
    if [ -e "$file.checkpoint" ]; then set -- "$@" --resume; fi
    "$tool" train flow "$file" --content "$photos" "$@"
}

case " $* " in
*" cuda"*) part "$output" --width 384 --height 288 --batch 24 --max-motion 100 --learning-rate 0.001 --validation-steps 250 --time "${TIME:-14m}" "$@" ;;
*)
    hours=${TIME:-24h}
    case $hours in
    *h) minutes=$((${hours%h} * 60)) ;;
    *m) minutes=${hours%m} ;;
    *) echo "train-flow: TIME is in hours or minutes, as 24h or 90m, not '$hours'." >&2; exit 2 ;;
    esac
    part "$stem.small.safetensors" --time "$((minutes * 2 / 3))m" "$@"
    part "$output" --base "$stem.small.safetensors" --width 448 --height 320 --batch 3 --max-motion 110 --learning-rate 0.0003 \
        --time "$((minutes / 3))m" "$@"
    ;;
esac
echo "use it: cp $output ~/.cache/videostyle/weights/flow.safetensors; $tool convert in.mp4 out.mp4 --flow learned"
