"""What a column is, in words: on the template's notes and on the documentation page alike."""

from taizhang.kernel.kinds.choices import OneOf, SomeOf
from taizhang.kernel.kinds.numbers import Number
from taizhang.kernel.ledgers import Column
from taizhang.policy.marks import is_verified, mark_zh


def needed(column: Column) -> str:
    """Whether the column must be filled in."""
    if column.derived:
        return "自动算出"
    return "必填" if column.required else "选填"


def kind_of(column: Column) -> str:
    """The kind of value, without the choices of a list."""
    match column.kind:
        case OneOf(code_list=codes):
            return f"选填一项:{codes.zh}"
        case SomeOf(code_list=codes, most=most):
            return f"最多填{most}项:{codes.zh}"
        case kind:
            return kind.zh


def unit_of(column: Column) -> str:
    """The unit of a number, "" where there is none."""
    return column.kind.unit if isinstance(column.kind, Number) else ""


def list_of(column: Column) -> str:
    """The name of the code list of a column, "" where there is none."""
    return column.kind.code_list.name if isinstance(column.kind, OneOf | SomeOf) else ""


def choices_of(column: Column) -> tuple[str, ...]:
    """The labels that may be chosen."""
    return column.kind.code_list.labels() if isinstance(column.kind, OneOf | SomeOf) else ()


def note_of(column: Column) -> str:
    """All that a person must know to fill the column in."""
    lines = [f"{column.heading}({needed(column)})", kind_of(column)]
    if column.secret:
        lines.append("按文本填写;导出时默认遮盖,遮盖的内容再导入时视为未填,不会改动原值")
    if column.note:
        lines.append(column.note)
    if column.codes:
        lines.append(f"国家栏目代码:{'、'.join(column.codes)}")
    if not is_verified(column.mark):
        lines.append(f"本栏{mark_zh(column.mark)}")
    return "\n".join(lines)
