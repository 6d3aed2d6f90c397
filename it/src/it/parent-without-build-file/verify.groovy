// SPDX-License-Identifier: Apache-2.0
def log = new File(basedir, 'build.log').text
def parent = log.indexOf('[INFO] [parent-without-build-file] Skipping crossbuild:build (no build.txt in this module with packaging pom)')
def child = log.indexOf('[INFO] [child] Skipping crossbuild:build (crossbuild.skip is set)')
assert parent >= 0 && child > parent
