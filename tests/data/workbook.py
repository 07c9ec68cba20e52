#!/usr/bin/env python3
"""What is in the first sheet of an XLSX workbook, read from its XML and without Loggia.

    workbook.py FILE

Prints one JSON document: the name of the sheet, the rows that stay in sight, the range that filters, the number of formulas, and
each cell by its reference with what it is (`text`, `number`, `flag`), its value, the format of numbers, and its link.
"""

import json
import sys
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OF_DOCUMENT = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
OF_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"


def text_of(node):
    return "".join(part.text or "" for part in node.iter(MAIN + "t"))


def main(path):
    book = zipfile.ZipFile(path)

    def xml(name):
        return ElementTree.fromstring(book.read(name))

    sheet = xml("xl/worksheets/sheet1.xml")
    strings = [text_of(item) for item in xml("xl/sharedStrings.xml").iter(MAIN + "si")]
    styles = xml("xl/styles.xml")
    formats = {item.get("numFmtId"): item.get("formatCode") for item in styles.iter(MAIN + "numFmt")}
    used = [formats.get(item.get("numFmtId")) for item in styles.find(MAIN + "cellXfs")]
    targets = {}
    if "xl/worksheets/_rels/sheet1.xml.rels" in book.namelist():
        relations = xml("xl/worksheets/_rels/sheet1.xml.rels")
        targets = {item.get("Id"): item.get("Target") for item in relations.iter(OF_PACKAGE + "Relationship")}
    links = {item.get("ref"): targets[item.get(OF_DOCUMENT + "id")] for item in sheet.iter(MAIN + "hyperlink")}
    cells = {}
    for cell in sheet.iter(MAIN + "c"):
        value = cell.find(MAIN + "v")
        if value is None:
            continue
        kind = {"s": "text", "b": "flag", None: "number"}[cell.get("t")]
        cells[cell.get("r")] = {
            "kind": kind,
            "value": strings[int(value.text)] if kind == "text" else value.text,
            "format": used[int(cell.get("s", "0"))],
            "link": links.get(cell.get("r")),
        }
    pane = sheet.find(f".//{MAIN}pane")
    filtered = sheet.find(MAIN + "autoFilter")
    json.dump(
        {
            "name": xml("xl/workbook.xml").find(f".//{MAIN}sheet").get("name"),
            "frozen_rows": int(pane.get("ySplit")) if pane is not None and pane.get("state") == "frozen" else 0,
            "filter": filtered.get("ref") if filtered is not None else None,
            "formulas": sum(1 for _ in sheet.iter(MAIN + "f")),
            "cells": cells,
        },
        sys.stdout,
    )


main(sys.argv[1])
