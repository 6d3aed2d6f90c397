// SPDX-License-Identifier: Apache-2.0
def lines = new File(basedir, 'build.log').readLines()
for (goal in ['build', 'install-env', 'extract', 'uninstall-env']) {
    assert lines.contains("[INFO] Skipping crossbuild:$goal (crossbuild.skip is set)" as String)
}
assert !new File(basedir, 'target').exists()
