"""Writes template.yaml as CloudFormation sees it, for combinations of its parameters, so that linters can check each branch.

    python3 tools/template-combinations.py DIRECTORY

SAM's transform is applied, each condition is evaluated, and each default is replaced by the value of the combination. The
Python must be the one of SAM's CLI, which contains the transform. Linters cannot evaluate conditions by themselves.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
os.environ.setdefault("SAM_CLI_TELEMETRY", "0")

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
NOTHING = object()

REQUIRED = {
    "MongoDbUri": "mongodb+srv://shop@cluster.example.mongodb.net/",
    "StripeSecretKey": "rk_test_1",
    "StripePublishableKey": "pk_test_1",
}
FRONT_DOOR = {
    "DomainName": "api.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000001",
    "RegionalCertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000002",
    "WebAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/00000000-0000-0000-0000-000000000003",
}
# Rules of checkov that a resource of a type breaks under a condition, and why. The exceptions of .checkov.yaml and of the template
# hold in every combination.
EXCEPTIONS = [
    ("CKV_AWS_54", "AWS::S3::Bucket", ("HasPublicBucket", True), "everyone may read the published images"),
    ("CKV_AWS_56", "AWS::S3::Bucket", ("HasPublicBucket", True), "everyone may read the published images"),
    ("CKV_AWS_115", "AWS::Lambda::Function", ("ReservesConcurrency", False), "a new account cannot reserve concurrency"),
]
COMBINATIONS = {
    "defaults": {},
    "front-door": FRONT_DOOR,
    "front-door-with-default-endpoint": {**FRONT_DOOR, "DefaultEndpoint": "enabled"},
    "everything": {
        **FRONT_DOOR,
        "ProxySecretVersion": "00000000-0000-0000-0000-000000000004",
        "MongoDbMigrationUri": "mongodb+srv://migrate@cluster.example.mongodb.net/",
        "FirstAdminEmail": "ada@example.com",
        "OtherAllowedOrigin": "https://admin.example.com",
        "AllowedOriginPattern": "https://*.preview.example.com",
        "StorefrontProductUrl": "https://shop.example.com/products/{slug}",
        "Mail": "ses",
        "MailFrom": "orders@example.com",
        "StorefrontUrl": "https://shop.example.com",
        "StoreName": "Harbor Goods",
        "StoreColor": "#0f766e",
        "AlarmEmail": "ada@example.com",
        "MonthlyBudget": "50",
        "ReserveConcurrency": "true",
        "Frontend": "cloudfront",
        "OtherImageOrigins": "https://cdn.example.com",
    },
    "pages-without-images": {**FRONT_DOOR, "Frontend": "cloudfront", "Pictures": "none"},
    "images-from-the-bucket": {"Pictures": "s3"},
    "without-images": {"Pictures": "none"},
    "closed": {"ShopState": "closed"},
    "without-canary-deployments": {"Deployments": "at-once"},
}


def evaluate(expression, values, conditions):
    """The truth of a condition."""
    (name, operands), = expression.items()
    truth = lambda operand: evaluate(operand, values, conditions)
    value = lambda operand: values[operand["Ref"]] if isinstance(operand, dict) else operand
    match name:
        case "Condition":
            return truth(conditions[operands])
        case "Fn::Equals":
            return str(value(operands[0])) == str(value(operands[1]))
        case "Fn::Not":
            return not truth(operands[0])
        case "Fn::And":
            return all(map(truth, operands))
        case "Fn::Or":
            return any(map(truth, operands))
    raise ValueError(f"a condition with {name}")


def resolve(node, truths):
    """The node with the chosen branch of each Fn::If, and without what AWS::NoValue removes."""
    if isinstance(node, list):
        return [item for item in (resolve(item, truths) for item in node) if item is not NOTHING]
    if not isinstance(node, dict):
        return node
    if node == {"Ref": "AWS::NoValue"}:
        return NOTHING
    if set(node) == {"Fn::If"}:
        condition, yes, no = node["Fn::If"]
        return resolve(yes if truths[condition] else no, truths)
    items = {key: resolve(value, truths) for key, value in node.items()}
    return {key: value for key, value in items.items() if value is not NOTHING}


def transformed(overrides):
    """The template after SAM's transform, and the values of its parameters."""
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    unknown = set(overrides) - set(template["Parameters"])
    assert not unknown, f"unknown parameters: {unknown}"
    defaults = {name: it["Default"] for name, it in template["Parameters"].items() if "Default" in it}
    values = {**defaults, **REQUIRED, **overrides}
    return Translator({}, Parser()).translate(template, dict(values)), values


def combine(overrides):
    """The template for a combination of parameters, and the truth of each condition."""
    template, values = transformed(overrides)
    conditions = template["Conditions"]
    truths = {name: evaluate(expression, values, conditions) for name, expression in conditions.items()}
    combined = {key: value for key, value in template.items() if key not in ("Conditions", "Mappings", "Rules")}
    for section in ("Resources", "Outputs"):
        kept = {name: it for name, it in template[section].items() if truths.get(it.get("Condition"), True)}
        combined[section] = {name: {key: it[key] for key in it if key != "Condition"} for name, it in kept.items()}
    del combined["Metadata"]  # It groups all parameters, also those that this combination does not use.
    combined = resolve(combined, truths)
    for rule, kind, (condition, truth), reason in EXCEPTIONS:
        for resource in combined["Resources"].values():
            if resource["Type"] == kind and truths[condition] is truth:
                skipped = resource.setdefault("Metadata", {}).setdefault("checkov", {}).setdefault("skip", [])
                skipped.append({"id": rule, "comment": reason})
    text = json.dumps([combined["Resources"], combined["Outputs"]])
    used = {name for name in values if f'{{"Ref": "{name}"}}' in text or f"${{{name}}}" in text}
    parameters = combined.pop("Parameters").items()
    combined["Parameters"] = {name: {**it, "Default": values[name]} for name, it in parameters if name in used}
    return combined, truths


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    seen = {}
    for name, overrides in COMBINATIONS.items():
        combined, truths = combine(overrides)
        for condition, truth in truths.items():
            seen.setdefault(condition, set()).add(truth)
        (directory / f"{name}.json").write_text(json.dumps(combined, indent=1))
    one_sided = sorted(condition for condition, truths in seen.items() if len(truths) == 1)
    if one_sided:
        sys.exit(f"no combination covers both values of {', '.join(one_sided)}")


if __name__ == "__main__":
    main()
