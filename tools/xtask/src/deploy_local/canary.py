"""Checks what SAM's transform makes of the parameter Deployments, because the emulator has no CodeDeploy.

    canary.py TEMPLATE
"""

import sys
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# Functions that receive no requests of customers, and are therefore replaced at once.
UNSHIFTED = {"MigrateFunction", "DeploymentCheckFunction"}


class NoManagedPolicies:
    def load(self):
        return {}


def resources(deployments):
    template = yaml_parse(Path(sys.argv[1]).read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/code"
    parameters = {name: it.get("Default", "any") for name, it in template["Parameters"].items()}
    return transform(template, {**parameters, "Deployments": deployments}, NoManagedPolicies())["Resources"]


def of_type(found, kind):
    return {name: it for name, it in found.items() if it["Type"] == kind}


def check_canary(found):
    functions = set(of_type(found, "AWS::Lambda::Function"))
    aliases = of_type(found, "AWS::Lambda::Alias")
    assert set(aliases) == {f"{name}Aliaslive" for name in functions}, aliases.keys()
    groups = of_type(found, "AWS::CodeDeploy::DeploymentGroup")
    assert set(groups) == {f"{name}DeploymentGroup" for name in functions - UNSHIFTED}, groups.keys()
    for name, group in groups.items():
        properties = group["Properties"]
        assert properties["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Canary10Percent5Minutes"}, group
        assert {"Name": found["ServerErrors"]["Properties"]["AlarmName"]} in properties["AlarmConfiguration"]["Alarms"], group
        assert properties["AlarmConfiguration"]["Enabled"] is True, group
        assert "DEPLOYMENT_STOP_ON_ALARM" in properties["AutoRollbackConfiguration"]["Events"], group
        assert properties["ServiceRoleArn"] == {"Fn::GetAtt": ["TrafficRole", "Arn"]}, group
        alias = aliases[name.removesuffix("DeploymentGroup") + "Aliaslive"]
        policy = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert policy["DeploymentGroupName"] == {"Ref": name}, policy
        assert policy["BeforeAllowTrafficHook"] == {"Ref": "DeploymentCheckFunction"}, policy


def check_at_once(found):
    assert not [name for name, it in found.items() if "CodeDeploy" in it["Type"]]
    assert not [name for name, it in found.items() if "UpdatePolicy" in it]


def check_invocations(found):
    """Routes and the schedule invoke the alias, and are permitted to."""
    for path, operations in found["Api"]["Properties"]["Body"]["paths"].items():
        for operation in operations.values():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            assert uri.endswith("FunctionAliaslive}/invocations"), (path, uri)
    for name, permission in of_type(found, "AWS::Lambda::Permission").items():
        assert permission["Properties"]["FunctionName"]["Ref"].endswith("FunctionAliaslive"), name
    schedules = of_type(found, "AWS::Scheduler::Schedule").values()
    targets = sorted(schedule["Properties"]["Target"]["Arn"]["Ref"] for schedule in schedules)
    assert targets == ["MailerFunctionAliaslive", "MaintenanceFunctionAliaslive"], targets
    for config in of_type(found, "AWS::Lambda::EventInvokeConfig").values():
        assert config["Properties"]["Qualifier"] == "live", config


canary, at_once = resources("canary"), resources("at-once")
check_canary(canary)
check_at_once(at_once)
for found in (canary, at_once):
    check_invocations(found)
