"""The steps of `cargo xtask deploy-local` that use AWS's own client, against the emulator at AWS_ENDPOINT_URL.

    emulated.py routes STACK       creates the routes of the deployed API; prints the id of the API
    emulated.py secrets STACK      replaces the secret of Stripe's webhooks; prints the new one
    emulated.py http STACK         lets the bucket accept requests without TLS, which the emulator lacks
    emulated.py first-admin STACK  prints the secret with the account of the first administrator
    emulated.py images STACK       fails unless the bucket contains exactly the image of the end-to-end tests; removes and
                                   restores it
    emulated.py check STACK        fails unless the deployment check can buy from the published versions
    emulated.py closed STACK       fails unless the schedule of `maintenance` is disabled
    emulated.py leftovers STACK    fails if a resource of the stack remains, except the bucket with that image, the secrets
                                   and the log groups; removes them
"""

import json
import sys
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
            key = f"{method.upper()} {path}"
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
    cors = body["x-amazon-apigateway-cors"]
    deployed = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Parameters"]
    origins = [it["ParameterValue"] for it in deployed if it["ParameterKey"].endswith("AllowedOrigin")]
    client.update_api(
        ApiId=api,
        CorsConfiguration={
            "AllowOrigins": [origin for origin in origins if origin],
            "AllowMethods": cors["allowMethods"],
            "AllowHeaders": cors["allowHeaders"],
            "ExposeHeaders": cors["exposeHeaders"],
            "MaxAge": cors["maxAge"],
        },
    )
    print(api)


def secrets(stack):
    new = "whsec_rolled"
    value = json.dumps({"STRIPE_WEBHOOK_SECRET": new})
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=resources(stack)["StripeWebhookSigningSecret"], SecretString=value)
    print(new)


def http(stack):
    """Removes the statement from the bucket's policy that rejects requests without TLS. The emulator enforces it."""
    bucket = resources(stack)["ImageBucket"]
    s3 = boto3.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    others = [it for it in policy["Statement"] if it["Sid"] != "OnlyByTls"]
    if len(others) == len(policy["Statement"]):
        sys.exit("the bucket's policy does not require TLS")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**policy, "Statement": others}))


def first_admin(stack):
    stacks = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {it["OutputKey"]: it["OutputValue"] for it in stacks[0]["Outputs"]}
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=outputs["FirstAdminSecretArn"])
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
    if [it["State"] for it in schedules] != ["DISABLED"]:
        sys.exit(f"the schedules of the closed shop are {schedules}")


def declared(kind):
    """The number of resources of a type in the template, except those of the parameter MongoDbMigrationUri, which the
    local deployment does not use."""
    template = Path(__file__).parents[4].joinpath("template.yaml").read_text()
    attributes = [part.splitlines()[0] for part in template.split(f"\n    Type: {kind}\n")[1:]]
    return len(attributes) - sum("HasMigrationUri" in it for it in attributes)


def count(name, found, expected):
    return [] if found == expected else [f"{found} {name} instead of {expected}"]


def leftovers(stack):
    left = []
    s3 = boto3.client("s3")
    buckets = [it["Name"] for it in s3.list_buckets()["Buckets"]]
    kept = [it for it in buckets if any(key.startswith("products/") for key in list_keys(it))]
    if len(kept) != 1:
        left.append(f"{len(kept)} buckets with images instead of one")
    for bucket in kept:
        versions = s3.list_object_versions(Bucket=bucket)
        for it in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            s3.delete_object(Bucket=bucket, Key=it["Key"], VersionId=it["VersionId"])
        s3.delete_bucket(Bucket=bucket)
    # The bucket of `sam deploy` for uploads does not belong to the stack.
    left += [it for it in buckets if it not in kept and not it.startswith("aws-sam-cli-managed")]
    left += [it["FunctionName"] for it in boto3.client("lambda").list_functions()["Functions"]]
    left += [it["Name"] for it in boto3.client("apigatewayv2").get_apis()["Items"]]
    # Secrets and log groups stay, as the template says. Log groups that Lambda creates for functions without a declared
    # one would be more.
    secrets = boto3.client("secretsmanager")
    kept_secrets = [it["ARN"] for it in secrets.list_secrets()["SecretList"]]
    left += count("secrets", len(kept_secrets), declared("AWS::SecretsManager::Secret"))
    for arn in kept_secrets:
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    left += boto3.client("sqs").list_queues().get("QueueUrls", [])
    left += [it["AlarmName"] for it in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]]
    left += [it["Name"] for it in boto3.client("scheduler").list_schedules()["Schedules"]]
    left += [it["RoleName"] for it in boto3.client("iam").list_roles()["Roles"] if it["RoleName"].startswith(stack)]
    left += [it["TopicArn"] for it in boto3.client("sns").list_topics()["Topics"]]
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    left += count("log groups", len(groups), declared("AWS::Logs::LogGroup"))
    if left:
        sys.exit(f"left behind: {left}")


ACTIONS = {
    "routes": routes,
    "secrets": secrets,
    "http": http,
    "first-admin": first_admin,
    "images": images,
    "check": check,
    "closed": closed,
    "leftovers": leftovers,
}
ACTIONS[sys.argv[1]](sys.argv[2])
