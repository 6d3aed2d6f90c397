// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.Zeros;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The content of a file that has blocks; each extent is read in one go. */
final class BlockContent implements FileContent {
    private final Volume volume;
    private final BlockMap map;
    private final long sizeBytes;

    BlockContent(Inode inode) throws CrossbuildException {
        this.volume = inode.volume();
        this.map = BlockMap.of(inode);
        this.sizeBytes = inode.sizeBytes();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException, CrossbuildException {
        if (position >= sizeBytes) {
            return -1;
        }
        int length = (int) Math.min(target.remaining(), sizeBytes - position);
        int done = 0;
        while (done < length) {
            long at = position + done;
            BlockMap.Run run = map.at(at / volume.blockSize());
            int part = (int) Math.min(length - done, endOf(run, at) - at);
            ByteBuffer slice = target.slice(target.position(), part);
            if (run.isHole()) {
                Zeros.fill(slice);
            } else {
                volume.read(slice, run.physical(), at % volume.blockSize());
            }
            target.position(target.position() + part);
            done += part;
        }
        return length;
    }

    @Override
    public Run runAt(long position) throws IOException, CrossbuildException {
        BlockMap.Run run = map.at(position / volume.blockSize());
        return new Run(run.isHole(), Math.min(sizeBytes, endOf(run, position)));
    }

    @Override
    public void close() {}

    private long endOf(BlockMap.Run run, long position) {
        return (position / volume.blockSize() + run.length()) * volume.blockSize();
    }
}
