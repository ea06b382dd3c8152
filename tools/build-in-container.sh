#!/bin/sh
# Builds the functions in a container of Amazon Linux 2023, the system of Lambda, as docs/deploy.md describes:
#
#     tools/build-in-container.sh arm64
#
# The result is in .aws-sam/build, for `sam deploy` on this machine. An architecture other than this machine's is emulated,
# which takes about ten times as long. DOCKER names another program, such as podman or finch.
set -eu
cd "$(dirname "$0")/.."
# The checksums are those of rustup-init 1.28.2.
case ${1:-} in
    arm64)
        platform=linux/arm64 machine=aarch64
        sha256=e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c ;;
    x86_64)
        platform=linux/amd64 machine=x86_64
        sha256=20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c ;;
    *) echo "usage: $0 arm64|x86_64" >&2; exit 2 ;;
esac
# .tools of this machine has programs for another system, so the container has its own. Compiled dependencies are kept in
# target/container. Directories that the container would create, or would leave after a failure, would be those of root.
mkdir -p .aws-sam .tools target/container
# shellcheck disable=SC2016 # The shell in the container expands the variables.
exec "${DOCKER:-docker}" run --rm --platform "$platform" \
    --volume "$PWD:/ferrocart" --volume /ferrocart/.tools --workdir /ferrocart \
    --env "CARGO_TARGET_DIR=/ferrocart/target/container/$1" --env "OWNER=$(id -u):$(id -g)" \
    --env "RUSTUP_INIT=rustup/archive/1.28.2/$machine-unknown-linux-gnu/rustup-init" --env "SHA256=$sha256" \
    public.ecr.aws/amazonlinux/amazonlinux:2023 sh -euc '
        trap "chown -R $OWNER .aws-sam target/container" EXIT
        dnf install --quiet --assumeyes cmake gcc gcc-c++ findutils gzip python3.11 python3.11-pip tar
        ln -s /usr/bin/python3.11 /usr/local/bin/python3
        curl --proto "=https" --tlsv1.2 --silent --show-error --fail --output /tmp/rustup-init \
            "https://static.rust-lang.org/$RUSTUP_INIT"
        echo "$SHA256  /tmp/rustup-init" | sha256sum --check --quiet
        chmod +x /tmp/rustup-init
        /tmp/rustup-init -y --quiet --profile minimal --default-toolchain none
        . "$HOME/.cargo/env"
        cargo xtask build
    '
