"""What is surveyed of each invented member: school by age, health, labour, work, insurance, in keeping with each other."""

from datetime import date

import polars as pl

from taizhang.jobs.demo.dice import Dice
from taizhang.jobs.demo.numbers import phone

CHRONIC = ("高血压", "2型糖尿病", "慢性支气管炎", "类风湿性关节炎", "冠心病", "腰椎间盘突出", "慢性胃炎")
SERIOUS = ("尿毒症", "肺癌", "脑梗死", "急性心肌梗死", "白血病", "肝硬化")
EMPLOYERS = ("示例电子厂(虚构)", "样板服装厂(虚构)", "演示建筑队(虚构)", "例证物流公司(虚构)", "试样家政公司(虚构)", "虚设餐饮店(虚构)")
PLAN_SERVICES = ("岗位信息", "技能培训", "有组织输出")
WORK_AREAS = {
    "in_township": ("示范省/样例市/演示县/本乡镇",),
    "in_county": ("示范省/样例市/演示县",),
    "in_province": ("示范省/样例市/试行县", "示范省/例证市/拟定县", "示范省/例证市/假设县"),
    "out_of_province": ("外省(虚构)/示例市/示例区", "外省(虚构)/样品市/样品县"),
}
JOBS = ("生态护林员", "保洁员", "护路员", "护河员")
KIND = {"1": 12, "2": 12, "3": 6, "4": 42, "5": 12, "6": 12, "7": 4}
TYPES = ("vision", "hearing", "speech", "limb", "intellectual", "mental", "multiple")
GRADES = ("first", "second", "third", "fourth")


def with_member_facts(people: pl.DataFrame, seed: int, on: date) -> pl.DataFrame:
    """The lines with the facts of `MEMBER_FACTS`; reads p, male, birth, relation, tekun, dibao, relocated."""
    dice = Dice(seed, "p")
    people = people.with_columns(age=_age(on), school_age=_age(date(on.year, 8, 31)))
    for step in (_with_health, _with_school, _with_education, _with_labour, _with_work, _with_plan, _with_insurance, _with_rest):
        people = step(people, dice)
    return people


def _age(on: date) -> pl.Expr:
    birth = pl.col("birth")
    before = (birth.dt.month() > on.month) | ((birth.dt.month() == on.month) & (birth.dt.day() > on.day))
    return (on.year - birth.dt.year() - before.cast(pl.Int32)).cast(pl.Int64)


def _with_health(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age = pl.col("age")
    disabled = dice.chance("disabled", pl.when(age < 18).then(0.012).when(age < 60).then(0.045).otherwise(0.085))
    serious = dice.chance("serious", pl.when(age < 18).then(0.004).when(age < 60).then(0.022).otherwise(0.05))
    chronic = ~serious & dice.chance(
        "chronic", pl.when(age < 18).then(0.006).when(age < 45).then(0.04).when(age < 60).then(0.12).otherwise(0.3)
    )
    people = people.with_columns(disabled=disabled, serious=serious, chronic=chronic)
    people = people.with_columns(well=~(pl.col("disabled") | pl.col("serious") | pl.col("chronic")))
    words = [
        pl.when(pl.col(flag)).then(pl.lit(word)) for flag, word in (("well", "healthy"), ("chronic", "chronic"), ("serious", "serious"))
    ]
    kind, grade = dice.pick("dis/kind", KIND).cast(pl.Int64), dice.pick("dis/grade", {"1": 15, "2": 30, "3": 30, "4": 25}).cast(pl.Int64)
    people = people.with_columns(
        health=pl.concat_str(*words, pl.when("disabled").then(pl.lit("disabled")), separator=",", ignore_nulls=True),
        disease=pl.when("serious").then(dice.one("disease/serious", SERIOUS)).when("chronic").then(dice.one("disease/chronic", CHRONIC)),
        disease_level=pl.when("serious").then(dice.pick("disease/level", {"first": 1, "second": 1})).when("chronic").then(pl.lit("second")),
        dis_kind=pl.when("disabled").then(kind),
        dis_level=pl.when("disabled").then(grade),
        has_card=pl.col("disabled") & dice.chance("card", 0.45),
    )
    card = pl.col("has_card")
    return people.with_columns(
        dis_type=pl.when(card).then(pl.lit(pl.Series(TYPES)).gather(pl.col("dis_kind") - 1)),
        dis_grade=pl.when(card).then(pl.lit(pl.Series(GRADES)).gather(pl.col("dis_level") - 1)),
    )


def _with_school(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age, old = pl.col("school_age"), pl.col("age")
    child = pl.col("relation").is_in(["head", "spouse", "daughter_in_law"]).not_()
    kept_home = (pl.col("dis_level") <= 1).fill_null(value=False) & dice.chance("school/home", 0.6)
    year = (age - 14).cast(pl.String)
    senior = pl.when(dice.chance("school/senior", 0.62)).then("senior" + year).otherwise("vocsec" + year)
    senior = pl.when((age == 15) | dice.chance("school/upper", 0.88)).then(senior)
    higher = dice.pick("school/higher", {"college_plus": 46, "vocter": 16, "": 38})
    higher = pl.when(higher == "vocter").then("vocter" + (age - 17).clip(1, 3).cast(pl.String)).otherwise(higher)
    grade = (
        pl.when(kept_home | ~child | (age < 3) | (age > 21) | ((age < 6) & ~dice.chance("school/kindergarten", 0.8)))
        .then(None)
        .when(age < 6)
        .then(pl.lit("kindergarten"))
        .when(age < 12)
        .then(pl.lit("primary"))
        .when(age < 15)
        .then("g" + (age - 5).cast(pl.String))
    )
    grade = grade.when(age < 18).then(senior).otherwise(higher)
    people = people.with_columns(grade=grade)
    compulsory = pl.col("grade").is_null() & age.is_between(6, 15)
    return people.with_columns(
        student=pl.col("grade").is_not_null(),
        school_status=pl.coalesce("grade", pl.when(old.is_between(3, 23)).then(pl.lit("not_student"))),
        no_school_reason=pl.when(compulsory & pl.col("disabled")).then(pl.lit("disability")),
    )


def _with_education(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age = pl.col("age")
    old = dice.pick("education/old", {"illiterate": 42, "primary": 47, "junior": 11})
    middle = dice.pick("education/middle", {"illiterate": 11, "primary": 46, "junior": 37, "senior": 6})
    young = dice.pick("education/young", {"primary": 17, "junior": 52, "senior": 19, "college_plus": 12})
    fresh = dice.pick("education/fresh", {"junior": 62, "senior": 38})
    child = pl.when(age < 7).then(pl.lit("preschool_child")).when(age < 16).then(pl.lit("illiterate"))
    grown = child.when(age < 23).then(fresh).when(age < 45).then(young).when(age < 68).then(middle).otherwise(old)
    return people.with_columns(education=pl.when(~pl.col("student")).then(grown))


def _with_labour(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age = pl.col("age")
    heavy = (pl.col("dis_level") <= 2).fill_null(value=False)
    aged = pl.when((age < 70) & pl.col("well")).then(dice.pick("labour/aged", {"weak": 60, "none": 40})).otherwise(pl.lit("none"))
    able = dice.pick("labour/able", {"ordinary": 87, "skilled": 13})
    ill = dice.pick("labour/ill", {"weak": 60, "ordinary": 40})
    labour = (
        pl.when((age < 16) | pl.col("student"))
        .then(pl.lit("none"))
        .when(age >= 60)
        .then(aged)
        .when(heavy | (pl.col("serious") & dice.chance("labour/serious", 0.6)))
        .then(dice.pick("labour/heavy", {"lost": 70, "weak": 30}))
        .when(pl.col("well"))
        .then(able)
        .otherwise(ill)
    )
    return people.with_columns(labour=labour).with_columns(able=pl.col("labour").is_in(["ordinary", "skilled"]))


def _with_work(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    works = pl.col("able") & dice.chance("work", 0.62)
    where = dice.pick("work/where", {"in_township": 16, "in_county": 22, "in_province": 24, "out_of_province": 38})
    people = people.with_columns(work_status=pl.when(works).then(where))
    area = pl.lit(None, dtype=pl.String)
    for status, areas in WORK_AREAS.items():
        area = pl.when(pl.col("work_status") == status).then(dice.one(f"work/{status}", areas)).otherwise(area)
    works = pl.col("work_status").is_not_null()
    serves = ~works & pl.col("labour").is_in(["weak", "ordinary"]) & dice.chance("job", 0.12)
    people = people.with_columns(
        work_months=pl.when(works).then(dice.whole("work/months", 3, 11)),
        work_area=area,
        work_employer=pl.when(works).then(dice.one("work/employer", EMPLOYERS)),
        monthly_yuan=pl.when(works).then(dice.skewed("work/wage", 2300, 0.3).round()),
        public_job=pl.when(serves).then(dice.one("job/kind", JOBS)),
    )
    serves = pl.col("public_job").is_not_null()
    return people.with_columns(public_job_months=pl.when(serves).then(dice.whole("job/months", 6, 12)))


def _with_plan(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Who of those at home plans to work away, where, and what would help him there."""
    plans = pl.col("able") & pl.col("work_status").is_null() & dice.chance("plan", 0.3)
    return people.with_columns(
        plan_out=pl.when(pl.col("able")).then(plans),
        plan_area=pl.when(plans).then(dice.one("plan/where", WORK_AREAS["out_of_province"])),
        plan_service=pl.when(plans).then(dice.one("plan/service", PLAN_SERVICES)),
    )


def _with_insurance(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    employed = pl.col("work_status").is_not_null() & dice.chance("insurance/employee", 0.03)
    people = people.with_columns(med_employee=employed, pen_employee=employed)
    covered = pl.col("serious") | pl.col("chronic")
    people = people.with_columns(
        med_resident=~pl.col("med_employee") & dice.chance("insurance/resident", 0.985),
        pen_resident=~pl.col("pen_employee") & (pl.col("age") >= 16) & ~pl.col("student") & dice.chance("insurance/pension", 0.93),
        ins_commercial=dice.chance("insurance/commercial", 0.2),
        med_aid=covered & dice.chance("insurance/aid", pl.when("serious").then(0.65).otherwise(0.15)),
    )
    return people.with_columns(ins_serious=pl.col("med_resident") | (pl.col("med_employee") & dice.chance("insurance/serious", 0.5)))


def _with_rest(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age = pl.col("age")
    party = pl.when(age < 18).then(None).when(age < 28).then(dice.pick("party/young", {"youth_league": 22, "ccp_member": 1, "masses": 77}))
    soldier = pl.col("male") & (pl.col("relation") == "son") & age.is_between(18, 23) & ~pl.col("student") & pl.col("well")
    called = (pl.col("relation") == "head") | pl.col("work_status").is_not_null() | (age.is_between(18, 60) & dice.chance("phone", 0.5))
    return people.with_columns(
        political=party.otherwise(dice.pick("party", {"ccp_member": 5, "masses": 95})),
        is_soldier=soldier & dice.chance("soldier", 0.03),
        phone=pl.when(called).then(phone(pl.col("p"))),
    )
