"""
Cuts Inter down to the letters we show: `python scripts/font.py var/assets/fonts/inter.woff2`.

The weight axis stays (400 to 700); the optical size is fixed at text size.
"""

import shutil
import sys
from pathlib import Path

import fontpkg_inter
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SOURCE = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
LETTERS = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A: the languages of Europe
    (0x0192, 0x0192),
    (0x0218, 0x021B),  # Romanian
    (0x02C6, 0x02DD),  # accents standing alone
    (0x1E80, 0x1E85),  # Welsh
    (0x1E9E, 0x1E9E),  # capital ß
    (0x2010, 0x2027),  # dashes, quotes, dots
    (0x202F, 0x203A),
    (0x20A0, 0x20BF),  # currency
    (0x2116, 0x2122),
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x2212),  # minus
    (0x2713, 0x2717),  # ticks
]
FEATURES = ["calt", "case", "ccmp", "kern", "locl", "mark", "mkmk", "tnum"]


def main(target: Path) -> None:
    font = TTFont(SOURCE)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for a, b in LETTERS for code in range(a, b + 1)])
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)}, inplace=True)
    save(font, options, target)


def save(font: TTFont, options: subset.Options, target: Path) -> None:
    """The licence asks to travel with the font. A half-written font never gets the real name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(fontpkg_inter.ROOT / "LICENSE", target.with_name("inter-licence.txt"))
    half = target.with_suffix(".part")
    subset.save_font(font, str(half), options)
    half.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
