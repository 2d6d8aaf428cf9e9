#!/bin/sh
# Retrains one built-in style from its recipe.
set -eu
cd "$(dirname "$0")/.."

if [ $# -ne 4 ] || [ "$1" = --help ]; then
    cat <<'END'
usage: tools/train-style.sh NAME PAINTINGS PHOTOS OUTPUT_FOLDER

NAME           a recipe below: starry_night the_scream great_wave composition_vii woman_with_a_hat water_lilies udnie contrast_of_forms
               udnie_johnson starry_night_johnson (larger networks) starry_night_swift great_wave_swift the_scream_swift
               composition_vii_swift water_lilies_swift udnie_swift (the smallest) any (the network for any picture, after all PAINTINGS),
               starry_night_broad the_scream_broad udnie_broad water_lilies_broad (broader strokes and no weave, to take the place of those)
               and, not among the built-in styles: portrait_delaunay codex_borgia eight_landscapes shipwreck
PAINTINGS      the folder of the public-domain pictures that the recipes name
PHOTOS         a folder of folders of photos; the six under free licences that are named below are used where they are there
OUTPUT_FOLDER  where NAME.safetensors is written

VIDEOSTYLE=FILE names another tool than artifacts/videostyle. The loss network is the one `videostyle weights` finds.
RESUME=1 goes on with a training that was stopped.
END
    [ "${1:-}" = --help ] && exit 0 || exit 2
fi
name=$1 paintings=$2 photos=$3 output=$4

# Strokes that are sized to the picture, and what they make up: crops of half a frame, the style image larger than before, four sizes, every
# layer nearly alike, and a color loss, without which the deeper layers cost the glow of rare colors. 1.6 s a step on one core.
broad='--size 384 --batch 1 --style-size 800 --style-scales 4 --style-weights 3,2,2,2 --color-weight 10 --lattice-weight 5'
# Trained before there were several sizes, the color loss and the one against a weave.
narrow='--style-scales 1 --color-weight 0 --lattice-weight 0'
# What is trained from nothing with --batch 4 was trained on an NVIDIA H200 in 3.5 to 6 minutes, several styles side by side
# (OMP_NUM_THREADS=1), on photos of 400 pixels; on two processor cores the same steps of lite take one to three hours.
base=starry_night steps=900 kind=narrow
# Each recipe: the picture, its licence, and what differs from the defaults of `videostyle train`.
set --
case $name in
any)
    picture='' licence='PD: all the paintings in the folder'
    steps=2900
    set -- --network any --style-size 400 --size 192 --content-weight 1.5 --temporal-weight 60 --learning-rate 0.0012 ;;
starry_night|starry_night_swift)
    picture=starry_night_vangogh_1889.jpg licence='PD: Vincent van Gogh, The Starry Night, 1889 (d. 1890)'
    base='' steps=4240
    set -- --batch 4 --style-size 640 ;;
starry_night_broad)
    picture=starry_night_vangogh_1889.jpg licence='PD: Vincent van Gogh, The Starry Night, 1889 (d. 1890)'
    base=da969dc:starry_night steps=3000 kind=broad ;;
the_scream_broad)
    picture=the_scream_munch_1893.jpg licence='PD: Edvard Munch, The Scream, 1893 (d. 1944)'
    base=da969dc:the_scream steps=2400 kind=broad
    set -- --content-weight 2 ;;
udnie_broad)
    picture=udnie_picabia_1913.jpg licence='PD: Francis Picabia, Udnie, 1913 (d. 1953)'
    base=da969dc:udnie steps=2400 kind=broad
    set -- --style-crop 0.03 --content-weight 2.2 --temporal-weight 40 ;;
water_lilies_broad)
    picture=water_lilies_monet_1919.jpg licence='PD: Claude Monet, Water Lilies, 1919 (d. 1926)'
    base=da969dc:water_lilies steps=2400 kind=broad
    set -- --content-weight 2 ;;
the_scream_swift)
    picture=the_scream_munch_1893.jpg licence='PD: Edvard Munch, The Scream, 1893 (d. 1944)'
    base='' steps=7690
    set -- --batch 4 ;;
the_scream)
    picture=the_scream_munch_1893.jpg licence='PD: Edvard Munch, The Scream, 1893 (d. 1944)'
    steps=780 ;;
great_wave|great_wave_swift)
    picture=great_wave_hokusai_1831.jpg licence='PD: Katsushika Hokusai, The Great Wave off Kanagawa, 1831 (d. 1849)'
    base='' steps=4240
    set -- --batch 4 --style-size 560 --content-weight 2 ;;
composition_vii_swift)
    picture=composition_vii_kandinsky_1913.jpg licence='PD: Wassily Kandinsky, Composition VII, 1913 (d. 1944)'
    base='' steps=4920
    set -- --batch 4 ;;
composition_vii)
    picture=composition_vii_kandinsky_1913.jpg licence='PD: Wassily Kandinsky, Composition VII, 1913 (d. 1944)'
    steps=630 ;;
woman_with_a_hat)
    picture=woman_with_a_hat_matisse_1905.jpg licence='PD in the USA: Henri Matisse, Woman with a Hat, 1905 (d. 1954)'
    steps=620
    set -- --content-weight 2 ;;
water_lilies_swift)
    picture=water_lilies_monet_1919.jpg licence='PD: Claude Monet, Water Lilies, 1919 (d. 1926)'
    base='' steps=4900
    set -- --batch 4 ;;
water_lilies)
    picture=water_lilies_monet_1919.jpg licence='PD: Claude Monet, Water Lilies, 1919 (d. 1926)'
    steps=550 ;;
udnie_johnson)
    picture=udnie_picabia_1913.jpg licence='PD: Francis Picabia, Udnie, 1913 (d. 1953)'
    # Was trained in three goes: 1,900 steps of 2 x 192 pixels with --content-weight 1.7 --temporal-weight 40, from there 1,700 of
    # 1 x 288 with 2.0, from there 320 with 2.5 and --learning-rate 0.0006. This is the same in one.
    base='' steps=3600
    set -- --network johnson --style-crop 0.03 --content-weight 2.2 --style-weights 2,2,2.5,2 --temporal-weight 15 --size 288 --batch 1 ;;
starry_night_johnson)
    picture=starry_night_vangogh_1889.jpg licence='PD: Vincent van Gogh, The Starry Night, 1889 (d. 1890)'
    base=udnie_johnson steps=700
    set -- --size 192 --style-size 640 ;;
udnie|udnie_swift)
    picture=udnie_picabia_1913.jpg licence='PD: Francis Picabia, Udnie, 1913 (d. 1953)'
    base='' steps=6980
    set -- --batch 4 --style-crop 0.03 --content-weight 2.2 --temporal-weight 40 ;;
contrast_of_forms)
    picture=contrast_of_forms_leger_1913.jpg licence='PD: Fernand Léger, Contrast of Forms, 1913 (d. 1955)'
    base=woman_with_a_hat steps=500
    set -- --style-crop 0.02 --content-weight 1.8 ;;
portrait_delaunay)
    picture=portrait_delaunay_1906.jpg licence='PD: Robert Delaunay, Portrait de Metzinger, 1906 (d. 1941)'
    set -- --style-crop 0.02 --content-weight 1.5 ;;
codex_borgia)
    picture=codex_borgia.jpg licence='PD: Codex Borgia, before 1520'
    set -- --style-crop 0.05 --content-weight 1.5 ;;
eight_landscapes)
    picture=eight_landscapes.jpg licence='PD: Eight Landscapes, ink and colours on paper'
    set -- --style-crop 0.08 --content-weight 2 ;;
shipwreck)
    picture=shipwreck_of_the_minotaur_turner_1810.jpg licence='PD: J. M. W. Turner, The Shipwreck of the Minotaur, 1810 (d. 1851)'
    set -- --content-weight 1.5 ;;
*)
    echo "tools/train-style.sh: there is no recipe '$name'; --help lists them" >&2
    exit 2 ;;
esac

case $name in
*_swift)
    [ "$name" = starry_night_swift ] && steps=7860
    [ "$name" = great_wave_swift ] && steps=7810
    [ "$name" = udnie_swift ] && steps=4860
    set -- --network swift "$@" ;;
esac

case $name in
composition_vii*) set -- "$@" --metadata 'description=Red, ochre and indigo patches with dark contours that cross each other; the most colorful.' --metadata 'tags=abstract, colorful, warm, bold' ;;
contrast_of_forms*) set -- "$@" --metadata 'description=Black hatching on cream with patches of red, like a drawing that was colored in.' --metadata 'tags=cubist, graphic, black, red' ;;
great_wave*) set -- "$@" --metadata 'description=Prussian blue outlines on cream paper, flat areas left empty, like a woodblock print.' --metadata 'tags=woodblock, print, paper, blue, calm' ;;
starry_night*) set -- "$@" --metadata 'description=Blue and pale yellow strokes that follow every edge, like wind over a field at night.' --metadata 'tags=night, blue, yellow, strokes' ;;
the_scream*) set -- "$@" --metadata 'description=Burning orange where it is bright and dark green where it is not, in long wavy bands.' --metadata 'tags=expressionist, orange, dark, wavy' ;;
udnie*) set -- "$@" --metadata 'description=Large smooth shapes of gray, black and rose, with spots of blue and green.' --metadata 'tags=cubist, abstract, smooth, gray' ;;
water_lilies*) set -- "$@" --metadata 'description=Dabs of violet, green and rose, like reflections on a pond.' --metadata 'tags=impressionist, violet, green, dabs, soft' ;;
woman_with_a_hat*) set -- "$@" --metadata 'description=Broad patches of teal, salmon and cream with soft edges; faces stay readable.' --metadata 'tags=fauvist, teal, salmon, portrait, soft' ;;
esac

folders=
for folder in cid22 clic2025 budgie_cc0 ibm_pexels mate popos_unsplash; do
    [ -d "$photos/$folder" ] && folders="$folders --content $photos/$folder"
done
mkdir -p "$output"
case $base in
*:*) # an earlier version of a built-in style, of a revision of this repository
    earlier="$output/${base#*:}_${base%%:*}.safetensors"
    git show "${base%%:*}:src/VideoStyle.Networks/Styles/${base#*:}.safetensors" > "$earlier"
    base=$earlier ;;
esac
[ "$kind" = broad ] && losses=$broad || losses=$narrow
# shellcheck disable=SC2086 # the folders and the losses are options of their own
exec "${VIDEOSTYLE:-artifacts/videostyle}" train "$paintings/$picture" "$output/$name.safetensors" $folders \
    ${base:+--base $base} --steps $steps --seed 1 --force --metadata "name=$name" --metadata "style_licence=$licence" \
    $losses --metadata 'training_images=CID22 (CC BY-SA 4.0), CLIC 2025 (Unsplash), budgie-backgrounds (CC0), IBM/Pexels (CC0), ubuntu-mate (CC0), pop-os (CC0)' \
    "$@" ${RESUME:+--resume}
