"""Templates of a package: escaped always, and an unknown name is an error instead of an empty place."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from streams.web.icons import sprite


class Templates:
    def __init__(self, folder: Path, **common: Any) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(sprite=sprite, **common)

    def text(self, name: str, **context: Any) -> str:
        return self.environment.get_template(name).render(**context)

    def render(
        self, name: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        return HTMLResponse(self.text(name, **context), status, headers)
