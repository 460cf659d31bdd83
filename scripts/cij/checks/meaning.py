"""Says what the project's files mean, as text to compare: it is the same for two files that make the same rows.

Comments, layout, the names of a macro's own variables, descriptions and the words of errors mean nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import jinja2
import yaml

# What in YAML can't change any row.
WITHOUT_EFFECT = ("description", "example")
UNITS = ("macro", "materialization", "test")
# Macros whose arguments only tell people something.
TELLING = ("raise_compiler_error", "warn")
# What may begin or end a text, a name or a comment in SQL, white space, and what lies between.
SIGNS = re.compile(r"--|/\*|\*/|'|\"|\n|\s+|[^-/*'\"\s]+|.")
TEXTS, COMMENTS = ("'", '"'), ("--", "/*")
ENDS = {"--": "\n", "/*": "*/", "'": "'", '"': '"'}
Token = tuple[str, str]


def meanings_of_macros(text: str) -> dict[str, str]:
    """Return what each macro, materialization and generic test of a file means, by name."""
    found: dict[str, str] = {}
    tokens: list[Token] = []
    for statement in _statements(text):
        word = statement[1][1] if statement[0][0] == "block_begin" else ""
        if word in UNITS:
            tokens = []
        tokens += statement
        if word.removeprefix("end") in UNITS and word.startswith("end"):
            kind, name = tokens[1][1], tokens[2][1]
            found[f"{kind} {name}" if kind == "materialization" else name] = _meaning(tokens)
    return found


def meaning_of_sql(text: str) -> str:
    """Return what the SQL of a model or test means."""
    return _meaning([token for statement in _statements(text) for token in statement])


def meaning_of_yaml(text: str, without: tuple[str, ...] = ()) -> str:
    """Return what a YAML file means. Argument: without (more names that stand for nothing that matters)."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return json.dumps(_stripped(yaml.load(text, Loader=loader), WITHOUT_EFFECT + without), sort_keys=True, default=str)


def meaning_of_python(text: str) -> str:
    """Return what a Python module means."""
    return ast.dump(_WithoutWords().visit(ast.parse(text)))


def _statements(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of one block, expression or piece of data after the other, without Jinja's comments."""
    statement: list[Token] = []
    for _, kind, value in jinja2.Environment().lex(text):
        if kind in ("whitespace", "comment_begin", "comment", "comment_end"):
            continue
        # A bracket's sign for white space has done its work by now: what it removes is gone.
        statement.append((kind, "" if kind.endswith(("_begin", "_end")) else value))
        if kind in ("data", "block_end", "variable_end", "raw_end"):
            yield statement
            statement = []


def _meaning(tokens: list[Token]) -> str:
    own = _own_variables(tokens)
    words, state, depth = [], "", 0
    for place, (kind, value) in enumerate(tokens):
        before = tokens[place - 1][1] if place else ""
        if kind == "data":
            began_in, (said, state) = state, _without_comments(value, state)
            # Next to a block, white space of code is layout.
            if place and tokens[place - 1][0] == "block_end" and began_in not in TEXTS:
                said = said.lstrip(" ")
            if place + 1 < len(tokens) and tokens[place + 1][0] == "block_begin" and state not in TEXTS:
                said = said.rstrip(" ")
            words.append(said)
        elif depth or (value == "(" and before in TELLING):
            depth += {"(": 1, ")": -1}.get(value, 0) if kind == "operator" else 0
        elif kind == "name" and value in own and before not in (".", "|"):
            after = tokens[place + 1][1]
            is_argument = before in ("(", ",") and after == "=" and not _is_set(tokens, place)
            words.append(value if is_argument or after == "(" else own[value])
        else:
            words.append(value or kind)
    return "\x1f".join(filter(None, words)).strip()


def _own_variables(tokens: list[Token]) -> dict[str, str]:
    """Return the variables that blocks set or loop over, with a number each."""
    own: dict[str, str] = {}
    for place, (kind, value) in enumerate(tokens):
        if kind == "name" and _is_set(tokens, place):
            own.setdefault(value, f"#{len(own)}")
    return own


def _is_set(tokens: list[Token], place: int) -> bool:
    """Return whether a name is one that a block gives a value: it follows `set` or `for`, and others with commas."""
    while tokens[place - 1][1] == ",":
        place -= 2
    return tokens[place - 1][1] in ("set", "for") and tokens[place - 2][0] == "block_begin"


def _without_comments(text: str, state: str) -> tuple[str, str]:
    """Return a piece of SQL without comments and layout, and what it ends in.

    Argument: state (what it begins in: the sign that began a text, a name or a comment; empty for none of them).
    """
    kept = []
    for sign in SIGNS.findall(text):
        if state in COMMENTS:
            state, said = ("", " ") if sign == ENDS[state] else (state, "")
        elif state:
            state, said = "" if sign == ENDS[state] else state, sign
        else:
            state = sign if sign in ENDS else ""
            said = " " if sign.isspace() or state in COMMENTS else sign
        if said and (said != " " or kept[-1:] != [" "]):
            kept.append(said)
    return "".join(kept), state


def _stripped(value: object, without: tuple[str, ...]) -> object:
    if isinstance(value, dict):
        return {name: _stripped(item, without) for name, item in value.items() if name not in without}
    return [_stripped(item, without) for item in value] if isinstance(value, list) else value


class _WithoutWords(ast.NodeTransformer):
    """Takes out what only tells people something: documentation, and the words of errors."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave nothing of a text that stands alone."""
        return ast.Pass() if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave that something is raised, and of which class."""
        if isinstance(node.exc, ast.Call):
            node.exc.args, node.exc.keywords = [], []
        return node
