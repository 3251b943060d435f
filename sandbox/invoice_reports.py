"""An invoice on paper: the same figures as HTML and as PDF."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join

from sandbox.pdf import text_pdf


@dataclass(frozen=True)
class Report:
    """One invoice: its documented object, and whom it is for."""

    invoice: dict[str, Any]
    name: str

    @property
    def title(self) -> str:
        return f"Invoice {self.invoice['display_id']} - {self.name}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        told = self.invoice
        return [
            ("For", self.name),
            ("Period", f"{told['date_billing_period_start'][:10]} to {told['date_billing_period_end'][:10]}"),
            ("Status", told["status"]),
            ("Previous balance", told["balance_previous"]),
            ("Amount", told["amount"]),
            ("Tax", told["amount_tax"]),
            ("Due", told["amount_due"]),
            ("Balance forward", told["balance_forward"]),
        ]

    @property
    def lines(self) -> list[tuple[str, str, str, str, str]]:
        """Items, then taxes: what, where, direction, usage, amount."""
        items = [
            (each["type"], each["country_code"], each["direction"] or "", str(each["usage"]), each["amount"])
            for each in self.invoice["invoice_items"]
        ]
        taxes = [
            (each["type"], each["jurisdiction"], "", "", each["amount"]) for each in self.invoice["tax_items"]
        ]
        return items + taxes


_HEAD = ("Type", "Where", "Direction", "Usage", "USD")


def as_html(report: Report) -> bytes:
    facts = format_html_join("\n", "<dt>{}</dt><dd>{}</dd>", report.facts)
    head = format_html_join("", "<th scope=col>{}</th>", ((name,) for name in _HEAD))
    rows = format_html_join(
        "\n", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", report.lines
    )
    page = format_html(
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{0}</title></head>\n'
        "<body>\n<h1>{0}</h1>\n<dl>\n{1}\n</dl>\n<table>\n<thead><tr>{2}</tr></thead>\n<tbody>\n{3}\n</tbody>\n"
        "</table>\n</body>\n</html>\n",
        report.title,
        facts,
        head,
        rows,
    )
    return page.encode()


def as_pdf(report: Report) -> bytes:
    columns = "{:<32}{:<12}{:<12}{:>12}{:>14}"
    lines = [report.title, ""]
    lines += [f"{name + ':':<20}{value}" for name, value in report.facts]
    lines += ["", columns.format(*_HEAD), "-" * 82]
    lines += [columns.format(*line) for line in report.lines]
    return text_pdf(report.title, lines)
