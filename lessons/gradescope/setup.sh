#!/bin/bash
# Gradescope runs this once, when the autograder's image is made (Debian 12 or later): builds the stack and the checks.
set -euo pipefail
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends make git g++
mkdir -p /autograder/glass
tar -xf /autograder/source/glass.tar -C /autograder/glass
cd /autograder/glass
git init -q . && git add -A && git -c user.name=Glass -c user.email=glass@localhost commit -q -m Glass
make glass lesson-programs
# What a submission is compiled beside has none of our solutions: it cannot include them.
lessons/class-tree /autograder/class build/release build/asan
cd /autograder/class
make -k glass lesson-programs
