#!/bin/sh
# The requirements of RFC 9293: each is tested, or a declared deviation (tests/requirements).
exec tests/requirements_check --lines "$(dirname "$GLASS")"/tests/test_tcp "$(dirname "$GLASS")"/tests/test_ip
