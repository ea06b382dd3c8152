#!/bin/sh
# Builds the functions in a container of Amazon Linux 2023, the system of Lambda, as docs/deploy.md describes:
#
#     tools/build-in-container.sh arm64
#
# The result is in .aws-sam/build, for `sam deploy` on this machine. An architecture other than this machine's is emulated,
# which takes about ten times as long. DOCKER names another program, such as podman or finch.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
    arm64) platform=linux/arm64 ;;
    x86_64) platform=linux/amd64 ;;
    *) echo "usage: $0 arm64|x86_64" >&2; exit 2 ;;
esac
# .tools of this machine has programs for another system, so the container has its own. Compiled dependencies are kept in
# target/container.
# shellcheck disable=SC2016 # The shell in the container expands the variables.
exec "${DOCKER:-docker}" run --rm --platform "$platform" \
    --volume "$PWD:/ferrocart" --volume /ferrocart/.tools --workdir /ferrocart \
    --env "CARGO_TARGET_DIR=/ferrocart/target/container/$1" --env "OWNER=$(id -u):$(id -g)" \
    public.ecr.aws/amazonlinux/amazonlinux:2023 sh -euc '
        dnf install --quiet --assumeyes cmake gcc gcc-c++ findutils gzip python3.11 python3.11-pip tar
        ln -s /usr/bin/python3.11 /usr/local/bin/python3
        curl --proto "=https" --tlsv1.2 --silent --show-error --fail https://sh.rustup.rs |
            sh -s -- -y --quiet --profile minimal --default-toolchain none
        . "$HOME/.cargo/env"
        cargo xtask build
        chown -R "$OWNER" .aws-sam target/container
    '
