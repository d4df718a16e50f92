"""Secret values: identity numbers, phones, bank accounts. Their sentences never repeat the whole value."""

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from taizhang.kernel import identity
from taizhang.kernel.findings import Severity
from taizhang.kernel.kinds.base import Kind, Read
from taizhang.kernel.kinds.reading import DASHES, is_dash, read_columns, squeezed

_SCIENTIFIC = re.compile(r"^[0-9](?:\.[0-9]*)?E\+?[0-9]+$", re.IGNORECASE)
_LANDLINE = re.compile(r"^(?:0[0-9]{2,3}[1-9]|[2-9])[0-9]{6,7}$")
_MOBILE = re.compile(r"^1[3-9][0-9]{9}$")

_ID_SAYS = {
    "destroyed": "证件号码已被表格软件损坏(变成科学计数或末尾变成 0),无法还原,请把该列设为文本格式后重新填写",
    "maybe_destroyed": "证件号码末三位都是 0,可能已被表格软件损坏,请与证件核对",
    "length": "证件号码有{length}位,应为18位(残疾人证20位或22位)",
    "characters": "证件号码含有不应出现的字符,前17位应为数字,第18位应为数字或 X",
    "birth_impossible": "证件号码第7至14位不是真实的出生日期,请与证件核对",
    "birth_too_early": "证件号码中的出生日期过早(1900年以前或超过120岁),请与证件核对",
    "birth_future": "证件号码中的出生日期晚于基准日,请与证件核对",
    "checksum": "证件号码校验位不对,至少有一位填错,请与证件核对",
    "card_type": "残疾人证号第19位(类别)应为1至7,第20位(等级)应为1至4,请与残疾人证核对",
    "old_15": "证件号码是15位旧号,请换填18位号码",
    "placeholder": "证件号码以 999999 开头,像是临时号码,取得正式号码后请更正",
}


@dataclass(frozen=True)
class IdNumber(Kind):
    """The number of an ID or disability card, 15, 18, 20 or 22 places, normalised."""

    on: date | None
    name = "id_number"
    zh = "证件号码(身份证18位,残疾人证20位或22位)"
    dtype = pl.String()
    secret = True

    def read(self, text: pl.Series) -> Read:
        """All by expressions. A number with an error has no value, one with a warning has."""
        facts = identity.facts(text, self.on)
        number, problem = pl.col("number"), pl.col("problem")
        dash = number.is_in(sorted(DASHES))
        kept = problem.is_null() | problem.is_in(list(identity.WARNINGS))
        read = facts.select(
            value=pl.when(kept & ~dash).then(number),
            problem=pl.when(~dash).then(pl.lit("id_number.") + problem),
        )
        return Read(read["value"], read["problem"])

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the number, without the number."""
        return _ID_SAYS[problem.removeprefix("id_number.")].format(length=len(squeezed(typed).lstrip("'")))

    def severity(self, problem: str) -> Severity:
        """Source: domain/archives.md 2.1."""
        word = problem.removeprefix("id_number.")
        if word in identity.WARNINGS:
            return Severity.WARNING
        return Severity.ERROR if word == "card_type" else Severity.BLOCK


@dataclass(frozen=True)
class Phone(Kind):
    """A mobile number of 11 digits; a landline is kept with a warning, or without one where an office is called."""

    landline: bool = False
    name = "phone"
    zh = "联系电话(11位手机号码)"
    dtype = pl.String()
    secret = True

    def read(self, text: pl.Series) -> Read:
        """Mobile numbers by expressions, others once each."""
        text = text.cast(pl.String)
        column = pl.col("text")
        plain = pl.when(column.str.contains(r"^1[3-9][0-9]{9}$")).then(column)
        return read_columns(text, text.to_frame("text").select(plain).to_series(), self._one)

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the number, without the number."""
        digits = sum(sign.isdecimal() for sign in typed)
        return {
            "phone.landline": "联系电话像是座机号码,请尽量填写11位手机号码",
            "phone.destroyed": "联系电话变成了科学计数,请把该列设为文本格式后重新填写",
            "phone.several": "一格里填了多个电话,请只填一个11位手机号码",
            "phone.length": f"联系电话有{digits}位数字,应为11位手机号码",
            "phone.not_a_phone": "联系电话不是手机号码,应为以 13 至 19 开头的11位数字",
        }[problem]

    def severity(self, problem: str) -> Severity:
        """A landline reaches somebody."""
        return Severity.WARNING if problem == "phone.landline" else Severity.ERROR

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = squeezed(typed).lstrip("'’`")
        if not text or is_dash(text):
            return None, None
        if _SCIENTIFIC.match(text):
            return None, "phone.destroyed"
        digits = re.sub(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)", "", re.sub(r"[-—()]", "", text.removesuffix(".0")))
        if _MOBILE.match(digits):
            return digits, None
        if _LANDLINE.match(digits):
            return digits, None if self.landline else "phone.landline"
        if len(re.findall(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}", text)) > 1:
            return None, "phone.several"
        return None, "phone.length" if digits.isdecimal() and len(digits) != 11 else "phone.not_a_phone"


@dataclass(frozen=True)
class Account(Kind):
    """A bank account or card number of 8 to 30 digits; one that fails the card check (Luhn) is kept with a warning."""

    name = "account"
    zh = "银行账号(8至30位数字)"
    dtype = pl.String()
    secret = True

    def read(self, text: pl.Series) -> Read:
        """Numbers that pass the card check by expressions, others once each."""
        text = text.cast(pl.String)
        column = pl.col("text")
        plain = text.to_frame("text").select(digits=pl.when(column.str.contains(r"^[0-9]{8,30}$")).then(column))
        fast = plain.select(pl.when(_luhn(pl.col("digits"))).then(pl.col("digits"))).to_series()
        return read_columns(text, fast, self._one)

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the account, without the account."""
        digits = sum(sign.isdecimal() for sign in typed)
        return {
            "account.checksum": "银行卡号校验位不对,请与存折或银行卡核对(部分存折账号没有校验位,核对无误可保留)",
            "account.destroyed": "银行账号已被表格软件损坏(变成科学计数或末尾变成 0),请把该列设为文本格式后重新填写",
            "account.length": f"银行账号有{digits}位数字,应为8至30位",
            "account.characters": "银行账号只能填数字,户名和开户行请填在各自的栏里",
        }[problem]

    def severity(self, problem: str) -> Severity:
        """Passbooks have no card check."""
        return Severity.WARNING if problem == "account.checksum" else Severity.ERROR

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = squeezed(typed).lstrip("'’`")
        if not text or is_dash(text):
            return None, None
        if _SCIENTIFIC.match(text):
            return None, "account.destroyed"
        digits = text.removesuffix(".0").replace("-", "")
        if not (digits.isascii() and digits.isdecimal()):
            return None, "account.characters"
        if not 8 <= len(digits) <= 30:
            return None, "account.length"
        if _passes(digits):
            return digits, None
        if len(digits) >= 18 and not digits[15:].strip("0"):
            return None, "account.destroyed"
        return digits, "account.checksum"


def _passes(digits: str) -> bool:
    doubled = sum(int(digit) * 2 - (9 if digit > "4" else 0) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _luhn(digits: pl.Expr) -> pl.Expr:
    """Whether the digits (at most 30) pass the card check."""
    wide = digits.str.zfill(30)
    halves = (wide.str.slice(0, 15).cast(pl.Int64), wide.str.slice(15, 15).cast(pl.Int64))
    total = pl.lit(0, dtype=pl.Int64)
    for half, number in enumerate(halves):
        for place in range(15):
            digit = number // 10 ** (14 - place) % 10
            doubled = (half * 15 + place) % 2 == 0
            total = total + (digit * 2 - pl.when(digit > 4).then(9).otherwise(0) if doubled else digit)
    return total % 10 == 0
