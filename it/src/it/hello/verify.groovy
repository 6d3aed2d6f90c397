// SPDX-License-Identifier: Apache-2.0
def root = new File(basedir, 'target/crossbuild/root')
assert new File(root, 'greeting').text == 'Hello, world!\n'
assert new File(root, 'usr/bin/hello').canExecute()
assert new File(basedir, 'build.log').text.contains('2 steps, ')
