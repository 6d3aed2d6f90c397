// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** The host's file system, but full: files can be made, and not a byte can be written to them. */
public final class FullFileSystem extends RefusingFileSystem {
    public FullFileSystem(Path anyRealPath) {
        super(anyRealPath, 0);
    }

    @Override
    SeekableByteChannel opened(SeekableByteChannel channel) {
        return (SeekableByteChannel) Proxy.newProxyInstance(
                FullFileSystem.class.getClassLoader(),
                new Class<?>[] {SeekableByteChannel.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        throw new IOException("No space left on device");
                    }
                    try {
                        return method.invoke(channel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
