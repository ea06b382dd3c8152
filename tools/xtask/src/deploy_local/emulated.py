"""The steps of `cargo xtask deploy-local` that use AWS's own client, against the emulator at AWS_ENDPOINT_URL.

    emulated.py routes STACK       creates the routes of the deployed API
    emulated.py api STACK          prints the id of the API
    emulated.py describe STACK     prints status, outputs, resources and reasons of failures as JSON
    emulated.py secrets STACK      replaces the secret of Stripe's webhooks; prints the new one
    emulated.py http STACK         lets the bucket accept requests without TLS, which the emulator lacks
    emulated.py pages-http STACK   the same for the bucket of the pages
    emulated.py pages STACK        fails unless the bucket of the pages has the files of both apps with their headers
    emulated.py first-admin STACK  prints the secret with the account of the first administrator
    emulated.py images STACK       fails unless the bucket contains exactly the image of the end-to-end tests; removes and
                                   restores it
    emulated.py check STACK        fails unless the deployment check can buy from the published versions
    emulated.py closed STACK       fails unless the schedules of `maintenance` and `mailer` are disabled
    emulated.py options STACK      fails unless the optional resources and settings exist
    emulated.py published STACK    fails unless everyone can read the image
    emulated.py nothing STACK      fails if anything remains of a failed first deployment
    emulated.py leftovers STACK    fails if a resource of the stack remains, except buckets, secrets and log groups;
                                   removes them
"""

import json
import os
import sys
import urllib.request
from pathlib import Path

import boto3


def resources(stack):
    listed = boto3.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in listed}


def routes(stack):
    """Creates the routes that SAM writes into the API's OpenAPI body, because the emulator does not import them."""
    template = boto3.client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    physical = resources(stack)
    client = boto3.client("apigatewayv2")
    api = physical["Api"]
    known = {route["RouteKey"] for route in client.get_routes(ApiId=api, MaxResults="500")["Items"]}
    body = template["Resources"]["Api"]["Properties"]["Body"]
    integrations = {}
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            method = {"x-amazon-apigateway-any-method": "ANY"}.get(method, method.upper())
            key = path if path == "$default" else f"{method} {path}"
            text = json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
            names = sorted(physical, key=len, reverse=True)
            alias = next(name for name in names if f"${{{name}}}" in text)
            if key in known:
                continue
            if alias not in integrations:
                created = client.create_integration(
                    ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=physical[alias], PayloadFormatVersion="2.0"
                )
                integrations[alias] = created["IntegrationId"]
            client.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integrations[alias]}")


def api(stack):
    print(resources(stack)["Api"])


def described(stack):
    return boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]


def outputs(stack):
    return {it["OutputKey"]: it["OutputValue"] for it in described(stack).get("Outputs", [])}


def describe(stack):
    """Prints the state of the stack, with the reasons of the failures since its last operation began."""
    reasons = []
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    for event in (event for page in pages for event in page["StackEvents"]):
        if event["ResourceStatus"].endswith("_FAILED"):
            reasons.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}")
        elif event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS") and event["LogicalResourceId"] == stack:
            break
    status = described(stack)["StackStatus"]
    print(json.dumps({"status": status, "reasons": reasons, "outputs": outputs(stack), "resources": resources(stack)}))


def secrets(stack):
    new = "whsec_rolled"
    value = json.dumps({"STRIPE_WEBHOOK_SECRET": new})
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=resources(stack)["StripeWebhookSigningSecret"], SecretString=value)
    print(new)


def http(stack):
    permit_http(resources(stack)["ImageBucket"])


def pages_http(stack):
    permit_http(resources(stack)["FrontendBucket"])


def permit_http(bucket):
    """Removes the statement from a bucket's policy that rejects requests without TLS. The emulator enforces it."""
    s3 = boto3.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    others = [it for it in policy["Statement"] if it["Sid"] != "OnlyByTls"]
    if len(others) == len(policy["Statement"]):
        sys.exit("the bucket's policy does not require TLS")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**policy, "Statement": others}))


def first_admin(stack):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=outputs(stack)["FirstAdminSecretArn"])
    print(secret["SecretString"])


def list_keys(bucket):
    return [it["Key"] for it in boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


def images(stack):
    bucket = resources(stack)["ImageBucket"]
    keys = list_keys(bucket)
    if len(keys) != 1 or not keys[0].startswith("products/"):
        sys.exit(f"the bucket contains {keys}")
    kind = boto3.client("s3").head_object(Bucket=bucket, Key=keys[0])["ContentType"]
    if kind != "image/png":
        sys.exit(f"the content type of the image is {kind}")
    restore(bucket, keys[0])


def restore(bucket, key):
    """Removes an image, and restores it by removing the marker of its deletion, as tools/restore.sh does."""
    s3 = boto3.client("s3")
    s3.delete_object(Bucket=bucket, Key=key)
    markers = s3.list_object_versions(Bucket=bucket, Prefix="products/").get("DeleteMarkers", [])
    if list_keys(bucket) or [marker["Key"] for marker in markers] != [key]:
        sys.exit(f"after the removal of the image the bucket has the markers {markers}")
    s3.delete_object(Bucket=bucket, Key=key, VersionId=markers[0]["VersionId"])
    if list_keys(bucket) != [key]:
        sys.exit("the image was not restored")


def check(stack):
    invoked = boto3.client("lambda").invoke(FunctionName=resources(stack)["DeploymentCheckFunction"], Payload=b"{}")
    outcome = invoked["Payload"].read().decode()
    if json.loads(outcome).get("succeeded") is not True:
        sys.exit(f"the deployment check has failed: {outcome}")


def closed(_stack):
    schedules = boto3.client("scheduler").list_schedules()["Schedules"]
    if [it["State"] for it in schedules] != ["DISABLED", "DISABLED"]:
        sys.exit(f"the schedules of the closed shop are {schedules}")


def options(stack):
    """Checks the resources and settings of the deployment with every option."""
    names = resources(stack)
    subscribed = boto3.client("sns").list_subscriptions_by_topic(TopicArn=names["Alarms"])["Subscriptions"]
    expect("recipients of alarms", [it["Endpoint"] for it in subscribed], ["alarms@example.com"])
    expect("secret of the migrations", "MigrationSecretArn" in outputs(stack), True)
    expect("secret of the first administrator", "FirstAdminSecretArn" in outputs(stack), False)
    expect("distribution", "ImageDistribution" in names, False)


def expect(name, found, expected):
    if found != expected:
        sys.exit(f"{name}: {found} instead of {expected}")


def published(stack):
    bucket = resources(stack)["ImageBucket"]
    url = f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{list_keys(bucket)[0]}"
    with urllib.request.urlopen(url) as response:
        expect("the type of the public image", response.headers["content-type"], "image/png")


def pages(stack):
    """Checks that published files have their types and cache times, and that config.json has the values of the stack."""
    bucket = outputs(stack)["FrontendBucketName"]
    s3 = boto3.client("s3")
    keys = list_keys(bucket)
    kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
    for key in keys:
        head = s3.head_object(Bucket=bucket, Key=key)
        is_asset = key.startswith(("assets/", "admin/assets/"))
        cached = "public, max-age=31536000, immutable" if is_asset else "public, max-age=60"
        expect(f"the cache time of {key}", head["CacheControl"], cached)
        kind = kinds.get(Path(key).suffix)
        found = head["ContentType"].replace("application/javascript", "text/javascript")
        expect(f"the type of {key}", kind in (None, found), True)
    for prefix in ("", "admin/"):
        expect(f"pages at {prefix}", f"{prefix}index.html" in keys, True)
        expect(f"scripts of {prefix}", any(key.startswith(f"{prefix}assets/") and key.endswith(".js") for key in keys), True)
        body = s3.get_object(Bucket=bucket, Key=f"{prefix}config.json")["Body"].read()
        configuration = {"apiUrl": "/api/v1", "publishableKey": "pk_test_ferrocart", "currency": "USD", "name": "Emulated Goods"}
        expect("config.json", json.loads(body), configuration)
    expect("distribution of the pages", outputs(stack)["FrontendUrl"], "https://shop.example.com/")


def declared(kind):
    """The names of the resources of a type in the template."""
    template = Path(__file__).parents[4].joinpath("template.yaml").read_text()
    parts = template.split(f"\n    Type: {kind}\n")
    return {part.splitlines()[-1].strip().rstrip(":") for part in parts[:-1]}


def kept():
    """The resources that the removal of a stack keeps: buckets, except that of `sam deploy`, secrets, and log groups."""
    buckets = [it["Name"] for it in boto3.client("s3").list_buckets()["Buckets"]]
    return {
        "AWS::S3::Bucket": [it for it in buckets if not it.startswith("aws-sam-cli-managed")],
        "AWS::SecretsManager::Secret": [it["Name"] for it in boto3.client("secretsmanager").list_secrets()["SecretList"]],
        "AWS::Logs::LogGroup": [it["logGroupName"] for it in boto3.client("logs").describe_log_groups()["logGroups"]],
    }


def removed(stack):
    """The resources that the removal of a stack must not leave."""
    left = [it["FunctionName"] for it in boto3.client("lambda").list_functions()["Functions"]]
    left += [it["Name"] for it in boto3.client("apigatewayv2").get_apis()["Items"]]
    left += boto3.client("sqs").list_queues().get("QueueUrls", [])
    left += [it["AlarmName"] for it in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]]
    left += [it["Name"] for it in boto3.client("scheduler").list_schedules()["Schedules"]]
    left += [it["RoleName"] for it in boto3.client("iam").list_roles()["Roles"] if it["RoleName"].startswith(stack)]
    left += [it["TopicArn"] for it in boto3.client("sns").list_topics()["Topics"]]
    return left


def nothing(stack):
    left = removed(stack) + [name for names in kept().values() for name in names]
    if left:
        sys.exit(f"left behind: {left}")


def leftovers(stack):
    left = removed(stack)
    for kind, names in kept().items():
        # Each name that CloudFormation generates contains that of the resource. Log groups that Lambda creates for functions
        # without a declared one do not.
        known = {name: [it for it in declared(kind) if it.lower() in name.lower()] for name in names}
        left += [name for name, resources in known.items() if not resources]
        missing = declared(kind) - {it for resources in known.values() for it in resources}
        if missing:
            sys.exit(f"the removal of the stack has not kept {missing}: {names}")
    s3 = boto3.client("s3")
    for bucket in kept()["AWS::S3::Bucket"]:
        versions = s3.list_object_versions(Bucket=bucket)
        for it in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            s3.delete_object(Bucket=bucket, Key=it["Key"], VersionId=it["VersionId"])
        s3.delete_bucket(Bucket=bucket)
    for name in kept()["AWS::SecretsManager::Secret"]:
        boto3.client("secretsmanager").delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    if left:
        sys.exit(f"left behind: {left}")


ACTIONS = {
    "routes": routes,
    "api": api,
    "describe": describe,
    "secrets": secrets,
    "http": http,
    "pages-http": pages_http,
    "pages": pages,
    "first-admin": first_admin,
    "images": images,
    "check": check,
    "closed": closed,
    "options": options,
    "published": published,
    "nothing": nothing,
    "leftovers": leftovers,
}
ACTIONS[sys.argv[1]](sys.argv[2])
