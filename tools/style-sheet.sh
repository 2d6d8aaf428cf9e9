#!/bin/sh
# Stylizes one photo in every way there is, on one sheet.
set -eu

if [ "$#" -lt 4 ] || [ "$1" = --help ]; then
    cat <<'END'
usage: tools/style-sheet.sh PHOTO STYLE_A.jpg STYLE_B.jpg SHEET.png

Stylizes PHOTO with every method of `--arbitrary-method` whose weights are on this machine, with strength, mixing, masks, kept
colors, stroke sizes, a collection and several styles in turn, and with every way of `videostyle paint`, the last on a video made
of PHOTO. Puts the results on SHEET.png, four in a row, the photo first, and prints which is which. Needs ffmpeg.
VIDEOSTYLE names the tool (artifacts/videostyle), FAMILY a model of several styles (`videostyle train FOLDER`), ITERATIONS the
steps of each optimization (100).
END
    [ "${1:-}" = --help ] && exit 0 || exit 2
fi

photo=$1 a=$2 b=$3 sheet=$4
tool=${VIDEOSTYLE:-$(dirname "$0")/../artifacts/videostyle}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cell=0

add() { # LABEL OPTION...
    label=$1
    shift
    if "$tool" convert "$photo" "$folder/$(printf %02d "$cell").png" --max-size 480 "$@" > /dev/null 2> "$folder/log"; then
        printf '%2d  %s\n' $((cell + 1)) "$label"
        cell=$((cell + 1))
    else
        printf '    %s: left out; %s\n' "$label" "$(grep -m1 error "$folder/log" || tail -n1 "$folder/log")"
    fi
}

add_paint() { # LABEL ARGUMENT... (the output follows)
    label=$1
    shift
    if "$tool" paint "$@" "$folder/painted.png" --force --size 320 --iterations "${ITERATIONS:-100}" > /dev/null 2> "$folder/log"; then
        fit "$folder/painted.png" "$label"
    else
        printf '    %s: left out; %s\n' "$label" "$(grep -m1 error "$folder/log" || tail -n1 "$folder/log")"
    fi
}

fit() { # IMAGE LABEL: an image of another size becomes a cell
    ffmpeg -v error -y -i "$1" -vf "scale=$(echo "$size" | tr x :)" -frames:v 1 "$folder/$(printf %02d "$cell").png"
    printf '%2d  %s\n' $((cell + 1)) "$2"
    cell=$((cell + 1))
}

add "the photo" --style none
mkdir "$folder/collection"
cp "$a" "$b" "$folder/collection"
size=$(ffprobe -v error -select_streams v -show_entries stream=width,height -of csv=p=0:s=x "$folder/00.png")
ffmpeg -v error -f lavfi -i "color=black:s=$size" -vf "format=gray,geq=lum='255*lt(hypot(X-W*0.6\,Y-H*0.6)\,H*0.45)',boxblur=6" -frames:v 1 "$folder/mask.png"

for method in lite adain swap microast sanet wct wct-vgg; do
    add "$method, first style image" --style "$a" --arbitrary-method "$method"
    add "$method, second style image" --style "$b" --arbitrary-method "$method"
done
add "strength 0.5" --style "$a" --strength 0.5
add "both style images, 0.5 and 0.5" --style "$a:0.5,$b:0.5"
add "both style images, by a mask" --style "$a,$b" --mask "$folder/mask.png"
add "the first style image by a mask, the rest as it is" --style "$a" --mask "$folder/mask.png"
add "two trained styles by a mask" --style the_scream,great_wave --mask "$folder/mask.png"
add "colors kept by luminance" --style "$a" --preserve-color luminance
add "colors kept by histogram" --style "$a" --preserve-color histogram
add "a trained style, colors kept by histogram" --style the_scream --preserve-color histogram
add "strokes twice as large" --style "$a" --scale 2
add "a trained style, strokes half as large" --style the_scream --scale 0.5
add "the most similar of a collection" --style-collection "$folder/collection"
add "the nearest two of a collection" --style-collection "$folder/collection" --nearest 2

if [ -n "${FAMILY:-}" ]; then
    names=$("$tool" convert "$photo" "$folder/none.png" --style "$FAMILY" 2>&1 | sed -n 's/.*It holds \(.*\)\.$/\1/p' | tr -d , | tr ' ' '\n' | head -n2)
    for name in $names; do
        add "one model, its style $name" --style "$FAMILY#$name"
    done
    add "one model, both its styles by weights" --style "$(echo "$names" | sed "s|.*|$FAMILY#&:0.5|" | paste -sd, -)"
fi
ffmpeg -v error -loop 1 -i "$folder/00.png" -t 2 -r 4 "$folder/still.mkv"
if "$tool" convert "$folder/still.mkv" "$folder/changing.mkv" --style "great_wave -> the_scream @ 1s" > /dev/null 2> "$folder/log"; then
    ffmpeg -v error -y -i "$folder/changing.mkv" -vf "select=eq(n\,2)" -frames:v 1 "$folder/between.png"
    fit "$folder/between.png" "from one style to another, a frame on the way"
fi

add_paint "paint: L-BFGS from the photo" "$photo" "$a"
add_paint "paint: L-BFGS from noise" "$photo" "$a" --init noise
add_paint "paint: Adam from the photo" "$photo" "$a" --optimizer adam
add_paint "paint: both style images averaged" "$photo" "$a" --mix "$b=1"
add_paint "paint: colors kept by luminance" "$photo" "$a" --preserve-color luminance
add_paint "paint: photorealistic" "$photo" "$b" --photo
add_paint "paint: texture of the second style image" --texture "$b"
ffmpeg -v error -y -loop 1 -i "$photo" -vf "scale=-2:480,crop=320:240:'8*n':40,setsar=1" -frames:v 3 -r 10 "$folder/pan.mkv"
if "$tool" paint "$folder/pan.mkv" "$a" "$folder/pan.painted.mkv" --size 240 --iterations "$((${ITERATIONS:-100} / 2))" > /dev/null 2> "$folder/log"; then
    ffmpeg -v error -y -i "$folder/pan.painted.mkv" -vf "select=eq(n\,2)" -frames:v 1 "$folder/last.png"
    fit "$folder/last.png" "paint: the third frame of a video"
else
    printf '    paint, a video: left out; %s\n' "$(tail -n1 "$folder/log")"
fi

ffmpeg -v error -y -i "$folder/%02d.png" -vf "tile=4x$(((cell + 3) / 4)):padding=4:color=white" -frames:v 1 "$sheet"
echo "$sheet"
