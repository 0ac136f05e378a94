"""The words of RTF that matter for its text: signs, what is not read, character sets."""

from __future__ import annotations

from .composing import BULLET

SIGNS = {"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "bullet": BULLET, "lquote": "‘",
          "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
ESCAPED = {"~": "\u00a0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
PARAGRAPH_ENDS = {"par", "sect", "page", "column"}
UNREAD = frozenset(
    [
        "colortbl",
        "info",
        "pict",
        "object",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "annotation",
        "atnid",
        "atnauthor",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "filetbl",
        "revtbl",
        "pgptbl",
        "userprops",
        "docvar",
        "template",
        "bkmkstart",
        "bkmkend",
        "xe",
        "tc",
        "txe",
        "rxe",
        "nonshppict",
        "background",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
        "aftncn",
        "sp",
        "fontemb",
        "falt",
        "panose",
        "private",
        "listname",
        "do",
        "mmathPr",
        "ud",
        "formfield",
        "datafield",
        "shprslt",
    ]
)
READ_THOUGH_STARRED = frozenset(["shpinst", "shptxt", "fldinst", "pntext", "shppict"])
APART = {"nowhere", "fonts", "styles", "marker", "asks"}  # where characters go that are no text
BOXES = {"shptxt", "footnote"}
CHARSETS = {0: "cp1252", 1: "", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950",
             161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
             222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}  # fmt: skip
PLATFORMS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
SYMBOL = 2  # the character set of Symbol and Wingdings
