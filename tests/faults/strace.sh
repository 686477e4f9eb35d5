#!/bin/sh
# Finds strace for the tests of power cuts, or installs the platform's own where that needs no question.
command -v strace >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing strace for the tests of power cuts."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends strace >/dev/null && exit 0
fi
echo "!!! No strace on this machine: power cuts cannot be tested. Install the package 'strace'." >&2
