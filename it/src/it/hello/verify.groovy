// SPDX-License-Identifier: Apache-2.0
def root = new File(basedir, 'target/crossbuild/root')
assert new File(root, 'greeting').text == 'Hello, world!\n'
assert new File(root, 'usr/bin/hello').canExecute()
def log = new File(basedir, 'build.log').text
assert log.contains('2 steps, ')
assert log.contains('Hello, target root!')
assert log.contains('\nHello, world!\n')
