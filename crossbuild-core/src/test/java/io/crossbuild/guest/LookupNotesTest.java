// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LookupNotesTest {
    @Test
    void aCallThatFindsNothingIsAboutTheLastPathOfItsProcess() {
        assertThat(LookupNotes.missing(new ProgramExit(1, """
                # tracer: nop
                #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
                   node-57      [000] d....   12.345678: lookup1: (vfs_open+0x7a/0xc0 <- getname) path="/found"
                   node-57      [000] d....   12.345680: lookup1: (vfs_open+0x7a/0xc0 <- getname) path="/a b"
                 a [0] b-c-158    [001] d....   12.345681: lookup1: (vfs_open+0x7a/0xc0 <- getname) path="/of another"
                   node-57      [000] .....   12.345690: sys_exit: NR 257 = -2
                   node-57      [000] .....   12.345691: sys_exit: NR 16 = -2
                 a [0] b-c-158    [001] .....   12.345692: sys_exit: NR 257 = -2
                   node-57      [000] d....   12.345694: lookup1: (vfs_open+0x7a/0xc0 <- getname) path="/a b"
                   node-57      [000] .....   12.345695: sys_exit: NR 257 = -2
                   node-57      [000] d....   12.345696: lookup1: (x <- getname_flags) path=(fault)
                   node-57      [000] .....   12.345697: sys_exit: NR 257 = -2
                """))).containsExactly("/a b", "/of another");
    }

    @Test
    void anythingElseIsIgnored() {
        assertThat(LookupNotes.missing(new ProgramExit(1, "x\npath=\"/a\"\n-1 [000] : sys_exit: NR 1 = -2\n\0\n")))
                .isEmpty();
    }
}
