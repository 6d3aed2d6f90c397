// SPDX-License-Identifier: Apache-2.0
def classes = new File(basedir, 'target/classes')
// e_machine of the ELF header.
assert (new File(classes, 'native/x86_64/libhello.so').bytes[18] & 0xFF) == 62
assert (new File(classes, 'native/aarch64/libhello.so').bytes[18] & 0xFF) == 183
assert classes.list() == ['native'] as String[]
def log = new File(basedir, 'build.log').text
assert log.contains('Runs on AArch64 with glibc 2.17 or later (Debian 9, ')
assert log =~ /Runs on x86-64 with glibc 2\.[0-9.]+ or later \(Debian 9, Ubuntu 18\.04, RHEL 7, /
assert log.contains("files of '/usr/aarch64-linux-gnu/lib', extracted to where the loader of that architecture looks")
