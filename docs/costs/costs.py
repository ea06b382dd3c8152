"""Computes what a shop costs, from prices.toml and template.yaml, and writes the tables into docs/deploy.md and
the first of their sums into README.md.

    python3 docs/costs/costs.py            writes the tables
    python3 docs/costs/costs.py --check    fails if the tables are outdated
    python3 docs/costs/costs.py --test     checks the arithmetic

Needs Python 3.11 or later, and no packages.
"""

import re
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "template.yaml").read_text()
FIREWALL = (ROOT / "firewall.yaml").read_text()
TELEMETRY = (ROOT / "docs/telemetry.md").read_text()
GUIDE = ROOT / "docs/deploy.md"
README = ROOT / "README.md"
PRICES = tomllib.loads((ROOT / "docs/costs/prices.toml").read_text())
START, END = "<!-- Written by docs/costs/costs.py -->\n", "<!-- End of the computed tables -->\n"

HOURS = Decimal(730)
SECONDS = 30 * 86_400
# Assumptions, which the guide states.
REQUESTS_PER_ORDER = 50
REQUEST_GB_SECONDS = Decimal("0.030") * Decimal("0.5")
HASHES_PER_ORDER = 2
HASH_GB_SECONDS = Decimal("0.35") * Decimal("1.73")
RUNS = SECONDS // 60
RUN_GB_SECONDS = Decimal("0.1") * Decimal("0.25")
LOG_KILOBYTES = Decimal("2.1")
XRAY_FREE = 100_000
SCALES = (1_000, 1_000_000)


def functions():
    """The reserved environments of each function and the number of its secrets."""
    defaults = dict(re.findall(r"\n  (\w+):\n    Type: Number\n    Default: (\d+)\n", TEMPLATE))
    found = []
    for part in TEMPLATE.split("\n    Type: AWS::Serverless::Function\n")[1:]:
        binary = re.search(r"Binary: ([\w-]+)", part).group(1)
        # The deployment check reserves none.
        reserved = re.search(r"\[ReservesConcurrency, (?:!Ref )?(\w+),", part)
        environments = int(defaults.get(reserved.group(1), reserved.group(1))) if reserved else 0
        names = part.split("          SECRETS: ", 1)[1].splitlines()[0]
        found.append((binary, environments, len(set(re.findall(r"!GetAtt (\w+)\.Id", names)))))
    return found


def secret_calls(max_age):
    """The fewest and most calls in a month. At least `maintenance` runs without a pause, in one environment. At most all
    reserved environments serve requests all the time; `migrate` runs only during deployments."""
    per_environment = SECONDS // max_age
    by_name = {name: (environments, secrets) for name, environments, secrets in functions()}
    floor = by_name["maintenance"][1] * per_environment
    ceiling = sum(n * secrets for name, (n, secrets) in by_name.items() if name != "migrate") * per_environment
    return floor, ceiling


def traced(requests):
    """X-Ray traces of a month: the first request of each second, and 5 % of the others."""
    first = min(requests, SECONDS)
    return first + (requests - first) * 5 // 100


def rows(region, architecture, orders):
    """Name and dollars of each item. The calls of secrets are a pair of floor and ceiling."""
    prices = PRICES["regions"][region]
    price = lambda name: Decimal(prices[name])
    requests = orders * REQUESTS_PER_ORDER
    invocations = requests + RUNS
    gb_seconds = requests * REQUEST_GB_SECONDS + orders * HASHES_PER_ORDER * HASH_GB_SECONDS + RUNS * RUN_GB_SECONDS
    gigabytes = invocations * LOG_KILOBYTES / 1_000_000
    metrics = len(re.findall(r"`([A-Z]\w+)`", "".join(re.findall(r"\n\| (`[A-Z][^|]*)\|", TELEMETRY))))
    alarms = TEMPLATE.count("\n    Type: AWS::CloudWatch::Alarm\n")
    secrets = TEMPLATE.count("\n    Type: AWS::SecretsManager::Secret\n")
    max_age = int(re.search(r"\n  SecretsMaxAgeSeconds:\n    Type: Number\n    Default: (\d+)\n", TEMPLATE).group(1))
    calls = tuple(number * price("secret_calls_10_000") / 10_000 for number in secret_calls(max_age))
    return [
        (f"API Gateway, {prices['http_api_million']} a million", requests * price("http_api_million") / 1_000_000),
        (f"Lambda, requests, {prices['lambda_million']} a million", invocations * price("lambda_million") / 1_000_000),
        (
            f"Lambda, time, {prices['lambda_gb_second'][architecture]} a GB-second",
            gb_seconds * Decimal(prices["lambda_gb_second"][architecture]),
        ),
        (f"CloudWatch, logs, {prices['logs_gb']} a GB", gigabytes * price("logs_gb")),
        (f"CloudWatch, {metrics} metrics at {prices['metric']}", metrics * price("metric")),
        (f"CloudWatch, {alarms} alarms at {prices['alarm']}", alarms * price("alarm")),
        ("CloudWatch, a dashboard", price("dashboard")),
        (f"Secrets Manager, {secrets} secrets at {prices['secret']}", secrets * price("secret")),
        (f"Secrets Manager, calls, {prices['secret_calls_10_000']} for 10,000", calls),
        (
            f"X-Ray, {prices['xray_million']} a million; one request a second, then 5 %",
            max(traced(requests) - XRAY_FREE, 0) * price("xray_million") / 1_000_000,
        ),
    ]


def front_door(region, orders):
    """Name and dollars of each item of the front door, if nothing is cached. Rules are those that every firewall has."""
    prices = PRICES["regions"][region]
    shared = PRICES["front_door"]
    requests = orders * REQUESTS_PER_ORDER
    rules = FIREWALL.count("\n        - Name: ")
    fixed = Decimal(shared["web_acl"]) + rules * Decimal(shared["web_acl_rule"])
    by_request = lambda price: requests * Decimal(price) / 1_000_000
    return [
        (f"CloudFront, {prices['cloudfront_million']} a million", by_request(prices["cloudfront_million"])),
        (f"Firewall, {shared['web_acl']} and {rules} rules at {shared['web_acl_rule']}", fixed),
        (f"Firewall, {shared['web_acl_million']} a million", by_request(shared["web_acl_million"])),
    ]


def total(items):
    """The sum of floors and that of ceilings."""
    pairs = [value if isinstance(value, tuple) else (value, value) for _, value in items]
    return sum(floor for floor, _ in pairs), sum(ceiling for _, ceiling in pairs)


def dollars(value):
    floor, ceiling = value if isinstance(value, tuple) else (value, value)
    texts = [f"{amount:,.2f}" for amount in (floor, ceiling)]
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)


def tables():
    region, architecture = "us-east-1", "arm64"
    few, many = (rows(region, architecture, orders) for orders in SCALES)
    lines = [f"| a month in {region}, {architecture} | 1,000 orders | 1,000,000 orders |", "| --- | --- | --- |"]
    lines += [f"| {name} | {dollars(small)} | {dollars(large)} |" for (name, small), (_, large) in zip(few, many)]
    lines += [f"| **AWS** | **{dollars(total(few))}** | **{dollars(total(many))}** |", ""]
    lines += ["| AWS elsewhere, or with other processors | 1,000 orders | 1,000,000 orders |", "| --- | --- | --- |"]
    for region, prices in PRICES["regions"].items():
        for architecture in prices["lambda_gb_second"]:
            sums = " | ".join(dollars(total(rows(region, architecture, orders))) for orders in SCALES)
            lines.append(f"| {prices['title']}, {architecture} | {sums} |")
    few, many = (front_door("us-east-1", orders) for orders in SCALES)
    lines += ["", "| the front door, with clients in the USA | 1,000 orders | 1,000,000 orders |", "| --- | --- | --- |"]
    lines += [f"| {name} | {dollars(small)} | {dollars(large)} |" for (name, small), (_, large) in zip(few, many)]
    names = list(PRICES["regions"])
    lines += ["", f"| in addition | {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]
    hourly = [
        ("MongoDB Atlas M10, the smallest with backups and private endpoints", "atlas_m10_hour", 1),
        ("MongoDB Atlas M30, for a million orders a month", "atlas_m30_hour", 1),
        ("A VPC: two NAT gateways, in two zones", "nat_hour", 2),
        ("A VPC: two interface endpoints, of Secrets Manager and of Atlas, in two zones", "interface_endpoint_hour", 4),
    ]
    flex = PRICES["atlas_flex_month"]
    lines.append("| MongoDB Atlas Flex, for a trial" + f" | {flex['floor']} to {flex['ceiling']}" * len(names) + " |")
    for title, key, number in hourly:
        values = [dollars(Decimal(prices[key]) * HOURS * number) for prices in PRICES["regions"].values()]
        lines.append(f"| {title} | {' | '.join(values)} |")
    return "\n".join(lines) + "\n"


def test():
    assert traced(1_000) == 1_000
    assert traced(SECONDS + 100) == SECONDS + 5
    environments = {name: (number, secrets) for name, number, secrets in functions()}
    assert len(environments) >= 9 and all(secrets > 0 for _, secrets in environments.values()), environments
    assert environments["products"][0] == 20 and environments["maintenance"][0] == 2, environments
    floor, ceiling = secret_calls(300)
    assert 0 < floor < ceiling and floor % (SECONDS // 300) == 0, (floor, ceiling)
    few = dict(rows("us-east-1", "arm64", 1_000))
    assert few["API Gateway, 1.00 a million"] == Decimal("0.05"), few
    assert few["X-Ray, 5.00 a million; one request a second, then 5 %"] == 0, few
    many = dict(rows("us-east-1", "arm64", 1_000_000))
    # 30 ms at 0.5 GB for each of 50 million requests, 0.7 s at 1.73 GB for each of a million orders, and maintenance.
    expected = (Decimal(750_000) + Decimal(1_211_000) + Decimal(1_080)) * Decimal("0.0000133334")
    assert many["Lambda, time, 0.0000133334 a GB-second"] == expected, many
    door = dict(front_door("us-east-1", 1_000_000))
    assert door["CloudFront, 1.00 a million"] == 50 and door["Firewall, 5.00 and 3 rules at 1.00"] == 8, door
    assert total([("a", Decimal(1)), ("b", (Decimal(2), Decimal(3)))]) == (3, 4)
    assert dollars((Decimal("0.001"), Decimal("0.004"))) == "0.00"
    assert dollars((Decimal(1), Decimal(1000))) == "1.00 to 1,000.00"


def write_tables(guide):
    before, rest = guide.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{tables()}\n{END}{after}"


def write_summary(readme):
    low, high = (round(cost) for cost in total(rows("us-east-1", "arm64", SCALES[0])))
    written, count = re.subn(r"\[\d+ to \d+ USD a month\]", f"[{low} to {high} USD a month]", readme)
    assert count == 1, count
    return written


def main():
    if "--test" in sys.argv:
        return test()
    for path, write in [(GUIDE, write_tables), (README, write_summary)]:
        text = path.read_text()
        written = write(text)
        if "--check" not in sys.argv:
            path.write_text(written)
        elif written != text:
            sys.exit(f"the costs in {path.name} are outdated: run `python3 docs/costs/costs.py`")


main()
