#!/bin/sh
# Tries a package in a bare system: install, first start without a network, the main job, the window, removal.
#
#     sudo packaging/try_in_clean_root.sh build/packages/carrel_….deb [bookworm|trixie] [FOLDER OF THE ROOTS]
#     sudo packaging/try_in_clean_root.sh build/packages/Carrel-….AppImage
#
# Needs root, debootstrap, Xvfb and ImageMagick. The root is made anew each time; its mounts and processes live in
# namespaces of their own, which end with this script. Leaves a picture of the window beside the package.
set -eu

package=$(readlink -f "$1") suite=${2:-bookworm} roots=${3:-/tmp/roots}
if [ -z "${CARREL_TRY_INSIDE:-}" ]; then
    CARREL_TRY_INSIDE=1 exec unshare --mount --pid --fork --kill-child "$0" "$package" "$suite" "$roots"
fi
base=$roots/deb-base-$suite root=$roots/deb-try-$suite
question="When does the lease end?" expected="30 June 2027" display=:87
picture=${package%.*}-$suite.png

say() { printf '\n== %s\n' "$*"; }
inside() { chroot "$root" env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# As a person without rights, and without any network.
person() {
    unshare --net chroot --userspec=1000:1000 "$root" env -i HOME=/home/reader LANG=C.UTF-8 PATH=/usr/bin:/bin "$@"
}
files() { (cd "$root" && find . -xdev \( -path ./var -o -path ./home -o -path ./tmp -o -path ./run -o -path ./proc -o -path ./dev \) -prune -o -print | sort); }
fail() { echo "FAILED: $*" >&2; exit 1; }

say "A bare $suite"
[ -d "$base/usr" ] || debootstrap --variant=minbase "$suite" "$base" >/dev/null
rm -rf "$root"
cp -a "$base" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --rbind --make-rslave /sys "$root/sys"
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside apt-get -qq update
inside useradd --create-home --uid 1000 reader
mkdir "$root/home/reader/notes"
echo "The lease of the flat ends on $expected. The notice period is three months." > "$root/home/reader/notes/lease.md"
chown -R 1000:1000 "$root/home/reader"
cp "$package" "$root/tmp/"
name=$(basename "$package")

case $name in
*.deb)
    files > "$roots/deb-before"
    say "Install"
    inside apt-get -qq install -y --no-install-recommends "/tmp/$name" > "$root/tmp/apt.log" 2>&1 || { tail -20 "$root/tmp/apt.log"; fail install; }
    inside dpkg-query --show --showformat 'Installed-Size: ${Installed-Size} KiB\n' carrel
    command=carrel ;;
*.AppImage)
    say "What a desktop has"
    inside apt-get -qq install -y --no-install-recommends libegl1 libgl1 libfontconfig1 libfreetype6 libglib2.0-0 \
        libdbus-1-3 libgssapi-krb5-2 libbrotli1 libx11-xcb1 libxcb-glx0 libxcb-randr0 libxcb-render0 libxcb-shape0 \
        libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libwayland-client0 libwayland-cursor0 libwayland-egl1 libfuse2 fuse3 \
        > "$root/tmp/apt.log" 2>&1
    chmod 755 "$root/tmp/$name"
    command=/tmp/$name ;;
*) fail "$name is neither a .deb nor an AppImage" ;;
esac

# An AppImage mounts itself with FUSE; `extract` makes it unpack itself, for systems without.
ask() {
    answer=$(person ${1:+APPIMAGE_EXTRACT_AND_RUN=1} $command --home "/home/reader/$2" ask --folder /home/reader/notes "$question")
    echo "$answer"
    echo "$answer" | grep -q "$expected" || fail "the answer lacks $expected"
}
say "The main job, without a network"
case $name in
*.deb) ask "" home ;;
*) ask extract home-extracted
   chmod 666 /dev/fuse
   say "The main job, mounted with FUSE"
   ask "" home ;;
esac

say "The window"
rm -f "/tmp/.X${display#:}-lock" "/tmp/.X11-unix/X${display#:}"  # of a trial that was ended
Xvfb $display -screen 0 1280x860x24 -ac -nolisten tcp >/dev/null 2>&1 &
mkdir -p "$root/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
sleep 3
person DISPLAY=$display $command --home /home/reader/home > "$root/tmp/window.log" 2>&1 &
tries=0
until [ -e "$root/home/reader/home/window.ini" ] || [ $tries -ge 120 ]; do sleep 1; tries=$((tries + 1)); done
sleep "${WINDOW_SECONDS:-10}"
import -display $display -window root "$picture"
cat "$root/tmp/window.log"
grep -q "chat. instead" "$root/tmp/window.log" && fail "no window"
[ -e "$root/home/reader/home/window.ini" ] || fail "the window wrote nothing"
echo "Look at $picture"

case $name in
*.deb)
    say "Removal"
    inside sh -c 'kill $(cat /proc/[0-9]*/stat | grep -o "^[0-9]* (python3" | cut -d" " -f1) 2>/dev/null; sleep 2' || true
    inside apt-get -qq purge -y --autoremove carrel > "$root/tmp/apt.log" 2>&1
    files > "$roots/deb-after"
    diff "$roots/deb-before" "$roots/deb-after" || fail "files are left"
    [ -e "$root/home/reader/home/conversations.db" ] || fail "the home is gone"
    echo "Nothing is left but the home." ;;
esac
say "Passed"
