"""Tables that fit, and headings above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console


def empty_table(*columns: str, texts: Collection[str] = ()) -> Table:
    """An empty table; all columns hold numbers but the first and ``texts``, which may wrap."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="")
    for column in columns:
        is_text = column == columns[0] or column in texts
        table.add_column(column, justify="left" if is_text else "right", no_wrap=not is_text)
    return table


def print_section(title: str, table: Table, out: Console) -> None:
    """Print a table below its heading."""
    out.print()
    out.print(Text(title, style="bold"))
    out.print(table)
