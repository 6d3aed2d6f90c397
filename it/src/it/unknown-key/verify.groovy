// SPDX-License-Identifier: Apache-2.0
def log = new File(basedir, 'build.log').text
def message = "Cannot use '" + new File(basedir, 'config.json') +
        "': line 2, column 3: unknown key 'Dir'; did you mean 'Dirs'?"
assert log.readLines().any { it.startsWith('[ERROR] Failed to execute goal ') && it.contains(message) }
assert !log.contains('\tat io.crossbuild.')
assert !new File(basedir, 'target').exists()
