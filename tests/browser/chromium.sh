#!/bin/sh
# Finds a Chromium for the browser tests, or installs the platform's own where that needs no question.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null && exit 0
fi
echo "!!! No Chromium on this machine: the browser tests cannot run. Install the package 'chromium'." >&2
