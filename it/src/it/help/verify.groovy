// SPDX-License-Identifier: Apache-2.0
def log = new File(basedir, 'build.log').text
for (text in [
        'crossbuild:install-env', 'crossbuild:build', 'crossbuild:extract', 'crossbuild:uninstall-env',
        'buildFile (Default: build.txt)', 'User property: crossbuild.targetRoot']) {
    assert log.contains(text)
}
