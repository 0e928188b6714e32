"""What a reader of a page sees, and what a browser would ask for."""

import base64
import io
from html.parser import HTMLParser

import pandas as pd

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """A page: its elements with their attributes, its text, and whether tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Text with single blanks."""
        return " ".join(" ".join(self.texts).split())

    def attributes(self, tag: str, name: str) -> list[str]:
        """Values of an attribute, in order."""
        return [found[name] for kind, found in self.elements if kind == tag and name in found]

    def frame(self, name: str) -> pd.DataFrame:
        """Table that a link downloads."""
        (uri,) = (
            found["href"]
            for tag, found in self.elements
            if tag == "a" and found.get("download") == name
        )
        head, content = uri.split(",", 1)
        assert head == "data:text/csv;charset=utf-8;base64"
        text = base64.b64decode(content).decode("utf-8-sig")
        return pd.read_csv(io.StringIO(text))
