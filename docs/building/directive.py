"""The directive ``command``: a command line, and what it prints when the page is built."""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from building.runs import place_of, run


class CommandDirective(Directive):
    """A command line of the program, run while the page is built."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "lines": directives.nonnegative_int,
        "code": directives.nonnegative_int,
        "silent": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Show the command and what it printed."""
        line = self.arguments[0]
        page = self.state.document.settings.env
        done = run(line, place_of(page.docname, page.config.runs))
        if done.returncode != self.options.get("code", 0):
            raise self.error(f"{line}: exit code {done.returncode}\n{done.stderr}")
        shown = (done.stdout if not done.returncode else done.stderr).rstrip().splitlines()
        most = 0 if "silent" in self.options else self.options.get("lines", len(shown))
        if 0 < most < len(shown):
            shown = [*shown[:most], "..."]
        text = "\n".join([f"$ {line}", *shown[: most + 1 if most else 0]])
        block = nodes.literal_block(text, text, language="text", classes=["command"])
        return [block]
