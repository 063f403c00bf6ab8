#!/bin/sh
# Makes src/report/chart/fonts/Inter-*.otf: Inter 4.0 beta 7 (SIL Open Font License
# 1.1, no reserved font name), cut down to ASCII, Latin-1 and the punctuation
# the charts use. The results are committed; run this only to change the
# character set.
#
#   apt-get install fonts-inter && pip install fonttools==4.68.0
#   tools/fonts.sh
set -eu
from=${FONTS:-/usr/share/fonts/opentype/inter}
to=$(dirname "$0")/../src/report/chart/fonts
chars=U+0020-007E,U+00A0-00FF
chars=$chars,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2026 # – — ‘ ’ “ ” …
chars=$chars,U+2212,U+2264,U+2265,U+03BC,U+2192,U+221E,U+0394 # − ≤ ≥ μ → ∞ Δ
for face in Regular Bold; do
    pyftsubset "$from/Inter-$face.otf" --unicodes="$chars" \
        --layout-features= --no-hinting --desubroutinize --notdef-outline \
        --output-file="$to/Inter-$face.otf"
done
