#!/usr/bin/env bash
# Builds the storefront and the admin pages, and uploads them to the bucket of a stack with Frontend=cloudfront: docs/deploy.md.
# The build is the same for every stack; config.json, which the pages read when they start, has the values of the stack.
#
#     tools/publish-frontend.sh [NAME [ACCENT]]    # the name of the shop in its pages, and the colour of buttons, such as #0b6e4f
#
# Needs AWS's CLI. Set STACK if the name of the stack is not `ferrocart`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/stack.sh

NAME=${1:-Ferrocart}
ACCENT=${2:-}
# Their names contain a digest of their contents.
FOREVER='public, max-age=31536000, immutable'
# Browsers and CloudFront check all other files for a new version after a minute.
BRIEFLY='public, max-age=60'

fail() {
    echo "$1" >&2
    exit 1
}

BUCKET=$(output FrontendBucketName)
[ -n "$BUCKET" ] || fail 'the stack has no bucket for pages: deploy it with Frontend=cloudfront'
URL=$(output FrontendUrl)
ORIGIN=${URL%/}
# The session is a cookie, which the API accepts from pages of its allowed origins only.
case " $(parameter AllowedOrigin) $(parameter OtherAllowedOrigin) " in
    *" $ORIGIN "*) ;;
    *) fail "AllowedOrigin must be $ORIGIN: sam deploy --parameter-overrides AllowedOrigin=$ORIGIN" ;;
esac
case $NAME$ACCENT in
    *[\"\\]*) fail 'name and colour must not contain quotation marks and backslashes' ;;
esac
[ -z "$ACCENT" ] || ACCENT=",\"colors\":{\"accent\":\"$ACCENT\"}"

cargo xtask frontend --build

# New assets before the pages that load them. Old assets stay, for pages that were opened before.
for app in storefront:"" admin:admin/; do
    dist=frontend/${app%%:*}/dist prefix=s3://$BUCKET/${app#*:}
    aws s3 sync "$dist/assets" "${prefix}assets" --cache-control "$FOREVER" --no-progress
    printf '{"apiUrl":"/api/v1","publishableKey":"%s","currency":"%s","name":"%s"%s}\n' \
        "$(parameter StripePublishableKey)" "$(parameter StoreCurrency)" "$NAME" "$ACCENT" |
        aws s3 cp - "${prefix}config.json" --content-type application/json --cache-control "$BRIEFLY"
    aws s3 cp "$dist" "${prefix}" --recursive --exclude 'assets/*' --exclude '.vite/*' --exclude config.json --cache-control "$BRIEFLY" --no-progress
done
echo "published: $URL and ${URL}admin/"
