#!/bin/sh
# Finds nginx for the test of deploy/nginx.conf, or installs the platform's own where that needs no question.
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing nginx for the test of deploy/nginx.conf."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends nginx-light >/dev/null && exit 0
fi
echo "!!! No nginx on this machine: deploy/nginx.conf cannot be tested. Install the package 'nginx'." >&2
