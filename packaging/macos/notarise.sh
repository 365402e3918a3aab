#!/bin/sh
# Signs Carrel.app from the inside out, packs a .dmg, and has Apple notarise it. Runs on macOS only.
#
#     IDENTITY="Developer ID Application: …" PROFILE=notary packaging/macos/notarise.sh dist/Carrel.app dist/Carrel.dmg
#
# PROFILE: credentials kept once with `xcrun notarytool store-credentials`.
set -eu
app=$1 image=$2 here=$(dirname "$0")

find "$app" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "$IDENTITY"
find "$app/Contents" -type d -name '*.framework' -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "$IDENTITY"
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$IDENTITY" "$app"
codesign --verify --deep --strict "$app"

folder=$(mktemp -d)
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname Carrel -srcfolder "$folder" -fs HFS+ -format ULFO -ov "$image"
rm -r "$folder"
codesign --timestamp --sign "$IDENTITY" "$image"
xcrun notarytool submit "$image" --keychain-profile "$PROFILE" --wait
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature "$image"
