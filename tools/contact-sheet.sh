#!/bin/sh
# Stylizes a landscape, a portrait, a city and a night scene with every built-in style: a thumbnail of each style, and one sheet with names.
set -eu

if [ "$#" -ne 6 ] || [ "$1" = --help ]; then
    cat <<'END'
usage: tools/contact-sheet.sh LANDSCAPE PORTRAIT CITY NIGHT THUMBNAIL_FOLDER SHEET.jpg

The photos come first on the sheet, then the styles in alphabetical order, four in a row. The thumbnails show the landscape. Needs ffmpeg
with drawtext. VIDEOSTYLE names the tool (artifacts/videostyle); STYLES some of the styles, for a sheet of those.
END
    [ "${1:-}" = --help ] && exit 0 || exit 2
fi

tool=${VIDEOSTYLE:-$(dirname "$0")/../artifacts/videostyle}
thumbnails=$5 sheet=$6
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

# Stylized at 640 pixels, where strokes are as large in the picture as in a film of 720 lines on a small screen.
i=0
for photo in "$1" "$2" "$3" "$4"; do
    i=$((i + 1))
    ffmpeg -v error -y -i "$photo" -vf 'scale=640:432:force_original_aspect_ratio=increase,crop=640:432' -frames:v 1 "$folder/photo$i.png"
done

cell=0
add() { # NAME STYLE
    mkdir -p "$folder/stills"
    for i in 1 2 3 4; do
        "$tool" convert "$folder/photo$i.png" "$folder/stills/$i.png" --style "$2" --force --quiet 2> "$folder/log" || { cat "$folder/log" >&2; exit 1; }
    done
    [ "$2" = none ] || ffmpeg -v error -y -i "$folder/stills/1.png" -vf scale=320:-1:flags=area -frames:v 1 -q:v 3 "$thumbnails/$1.jpg"
    ffmpeg -v error -y -start_number 1 -i "$folder/stills/%d.png" -vf "scale=200:135:flags=area,tile=2x2,pad=iw+8:ih+30:4:26:white,drawtext=text='$1':x=6:y=6:fontsize=15:fontcolor=black" \
        -frames:v 1 "$folder/$(printf 'cell%03d.png' "$cell")"
    echo "$1"
    cell=$((cell + 1))
}

add photos none
for style in ${STYLES:-$("$tool" styles --json | sed -E 's/.*"name":"([^"]+)","architecture".*/\1/')}; do
    add "$(basename "$style" .safetensors)" "$style"
done
ffmpeg -v error -y -i "$folder/cell%03d.png" -vf "tile=4x$(((cell + 3) / 4)):color=white" -frames:v 1 -q:v 4 "$sheet"
