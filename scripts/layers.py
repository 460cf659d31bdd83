"""The layers of the project, drawn as SVG, and the marts with what they are made of, out of dbt's manifest.

No command of its own: make_docs.py puts both on the first page of the documentation site.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html import escape

# In the order in which rows pass through them. A node is of the layer with the longest path that leads to it.
LAYERS = {
    "seeds/raw": "sample or export",
    "seeds/dataverse": "sample or export",
    "seeds/reference": "reference",
    "models/staging": "staging",
    "models/intermediate": "intermediate",
    "models/marts": "marts",
    "models/marts/bi": "flat views",
    "models/ops": "ops",
    "snapshots": "snapshots",
}
NO_COLOUR = "#5f6b76"
# In units of the drawing. It is shown larger, or as small as a telephone needs it.
BOX, LINE, LANE, GAP, NUMBERS = 160, 14, 11, 12, 38
SCALE = 1.3


@dataclass
class Layer:
    """A layer's colour, and how many models, seeds or snapshots it has in each of its folders."""

    colour: str
    folders: Counter = field(default_factory=Counter)


# From the layer that is read to the one that reads it: how many are read, and how many read them.
Edges = dict[tuple[str, str], tuple[int, int]]


def overview(manifest) -> str:
    """Return the Markdown that shows the layers and, by subject, the marts with their direct parents."""
    tables = [_table(subject, marts) for subject, marts in marts_by_subject(manifest).items()]
    # The site shows no HTML of a description, but pictures, and these need not be asked for anywhere.
    drawn = base64.b64encode(picture(*layers(manifest)).encode()).decode()
    alt = "Layers of the project, and how many models of one read how many of another"
    return "\n".join([f"![{alt}](data:image/svg+xml;base64,{drawn})", "\n## Marts and what they are made of", *tables])


def layers(manifest) -> tuple[dict[str, Layer], Edges]:
    """Return the layers that have any node, by name, and what reads what among them."""
    found: dict[str, Layer] = {}
    layer_of = {unique_id: name for unique_id, node in manifest.nodes.items() if (name := _layer(node))}
    read, readers = defaultdict(set), defaultdict(set)
    for unique_id, name in layer_of.items():
        node = manifest.nodes[unique_id]
        layer = found.setdefault(name, Layer(node.config.docs.node_color or NO_COLOUR))
        layer.folders[_folder(node)] += 1
        for parent in set(node.depends_on_nodes) & layer_of.keys():
            if layer_of[parent] != name:
                read[layer_of[parent], name].add(parent)
                readers[layer_of[parent], name].add(unique_id)
    in_order = {name: found[name] for name in dict.fromkeys(LAYERS.values()) if name in found}
    return in_order, {edge: (len(read[edge]), len(readers[edge])) for edge in read}


def marts_by_subject(manifest) -> dict[str, list[tuple]]:
    """Return the marts of each folder below models/marts, each with the nodes that it reads, in the order of names."""
    subjects = defaultdict(list)
    for node in sorted(manifest.nodes.values(), key=lambda node: node.name):
        if _layer(node) in (LAYERS["models/marts"], LAYERS["models/marts/bi"]):
            parents = [manifest.nodes[parent] for parent in dict.fromkeys(node.depends_on_nodes)]
            subjects[_folder(node)].append((node, sorted(parents, key=lambda one: one.name)))
    return dict(sorted(subjects.items()))


def picture(found: dict[str, Layer], edges: Edges) -> str:
    """Return the SVG: boxes under each other, and lines at their right. Arguments: as from layers()."""
    place_of = {name: place for place, name in enumerate(found)}
    # The shortest line runs nearest to the boxes, so that few cross.
    by_length = sorted(edges, key=lambda edge: abs(place_of[edge[0]] - place_of[edge[1]]))
    lanes = {edge: BOX + NUMBERS + LANE * place for place, edge in enumerate(by_length, start=1)}
    boxes, heights, top = [], {}, 1
    for name, layer in found.items():
        ends = _ends(name, lanes, place_of)
        height = LINE * max(len(layer.folders) + 1, len(ends)) + 8
        heights |= {(name, edge): top + 4 + LINE * at + LINE // 2 for at, edge in enumerate(ends)}
        boxes += _box(name, layer, top, height)
        top += height + GAP
    lines = [
        _line(edges[edge], found[edge[0]].colour, [heights[end, edge] for end in edge], lane)
        for edge, lane in lanes.items()
    ]
    width = BOX + NUMBERS + LANE * (len(lanes) + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width * SCALE:.0f}" '
        f'height="{top * SCALE:.0f}" font-family="sans-serif" font-size="11.5">' + "".join(lines + boxes) + "</svg>"
    )


def _ends(name: str, lanes: dict[tuple[str, str], int], place_of: dict[str, int]) -> list[tuple[str, str]]:
    """Return the lines that begin or end at a box, from its top down: those upwards first, and outer ones outside."""
    upwards, downwards = [], []
    for edge in sorted((edge for edge in lanes if name in edge), key=lanes.get):
        other = edge[0] if edge[1] == name else edge[1]
        (upwards if place_of[other] < place_of[name] else downwards).append(edge)
    return upwards + downwards[::-1]


def _box(name: str, layer: Layer, top: int, height: int) -> list[str]:
    lines = [(name, layer.folders.total())]
    if len(layer.folders) > 1:
        lines += sorted(layer.folders.items())
    drawn = [
        f'<rect x="1" y="{top}" width="{BOX}" height="{height}" rx="4" fill="{layer.colour}" fill-opacity="0.18" '
        f'stroke="{layer.colour}"/>'
    ]
    for at, (text, number) in enumerate(lines):
        baseline, style = top + 15 + LINE * at, 'font-weight="bold"' if at == 0 else 'font-size="11"'
        drawn.append(
            f'<text x="{8 if at == 0 else 16}" y="{baseline}" fill="#1b1f24" {style}>{escape(text)}</text>'
            f'<text x="{BOX - 7}" y="{baseline}" text-anchor="end" fill="#1b1f24" {style}>{number}</text>'
        )
    return drawn


def _line(counts: tuple[int, int], colour: str, heights: list[int], lane: int) -> str:
    (read, readers), (start, end), numbers = counts, heights, BOX + NUMBERS - 10
    return (
        f'<g><path d="M{numbers + 2} {start}H{lane}V{end}H{numbers + 7}" fill="none" stroke="{colour}"/>'
        f'<path d="M{numbers + 2} {end}l7 -3.5v7z" fill="{colour}"/>'
        f'<text x="{numbers}" y="{start + 4}" text-anchor="end" fill="#1b1f24">{read}</text>'
        f'<text x="{numbers}" y="{end + 4}" text-anchor="end" fill="#1b1f24">{readers}</text></g>'
    )


def _layer(node) -> str | None:
    """Return the layer of a model, seed or snapshot of this project, None of anything else."""
    if node.package_name != "cij" or node.resource_type not in ("model", "seed", "snapshot"):
        return None
    paths = [path for path in LAYERS if node.original_file_path.startswith(f"{path}/")]
    return LAYERS[max(paths, key=len)] if paths else None


def _folder(node) -> str:
    parts = node.original_file_path.split("/")
    return parts[1] if node.resource_type == "seed" else parts[-2]


def _table(subject: str, marts: list[tuple]) -> str:
    rows = [f"| {_link(mart)} | {', '.join(map(_link, parents))} |" for mart, parents in marts]
    return "\n".join([f"\n### {subject}\n", "| mart | made of |", "| --- | --- |", *rows])


def _link(node) -> str:
    return f"[{node.name}](#!/{node.resource_type}/{node.unique_id})"
