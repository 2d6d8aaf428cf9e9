#!/bin/sh
# Writes the small script through which users start the tool.
set -eu

if [ "$#" -ne 2 ] || [ "$1" = --help ]; then
    echo "usage: tools/launcher.sh FOLDER FILE"
    echo "Writes FILE, a script that starts the tool in FOLDER with the .NET of this build where no other is named,"
    echo "and, where LIBTORCH=DIR is set, with that libtorch where no other is named."
    [ "${1:-}" = --help ] && exit 0 || exit 2
fi

case $1 in
/*) folder=$1 ;;
*) folder=$PWD/$1 ;;
esac
mkdir -p "$(dirname "$2")"
# The host of an executable does not look for .NET in a home folder, so the script names the folder.
cat > "$2.new" <<SCRIPT
#!/bin/sh
: "\${DOTNET_ROOT:=$DOTNET_ROOT}"
export DOTNET_ROOT
# Pages of 2 MiB save most page faults of the network's memory.
: "\${GLIBC_TUNABLES=glibc.malloc.hugetlb=1}"
export GLIBC_TUNABLES
SCRIPT
if [ -n "${LIBTORCH:-}" ]; then
    cat >> "$2.new" <<SCRIPT
: "\${LIBTORCH=$(realpath -m "$LIBTORCH")}"
export LIBTORCH
SCRIPT
fi
cat >> "$2.new" <<SCRIPT
exec "$folder/VideoStyle.Cli" "\$@"
SCRIPT
chmod +x "$2.new"
mv -f "$2.new" "$2"
