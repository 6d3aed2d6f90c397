// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The host's file system, but as on Windows while scanners look at each file: the first attempts to move or to delete a
 * file are refused, in turn as access that is denied and as a file that is used.
 */
public class RefusingFileSystem extends FileSystem {
    private final FileSystem real;
    private final int refusals;
    private final Map<Path, Integer> tries = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final Provider provider;

    /** @param refusals how often each file is refused */
    public RefusingFileSystem(Path anyRealPath, int refusals) {
        this.real = anyRealPath.getFileSystem();
        this.refusals = refusals;
        this.provider = new Provider();
    }

    /** The same path in this file system. */
    public Path path(Path path) {
        return (Path) Proxy.newProxyInstance(
                RefusingFileSystem.class.getClassLoader(), new Class<?>[] {Path.class}, new Seen(path));
    }

    /** How often a move or a deletion was refused. */
    public int refused() {
        return refused.get();
    }

    /** The path that the real file system has for a path of this one. */
    Path find(Path real) throws IOException {
        return real;
    }

    /** Is called before a file or a directory is made, changed or removed. */
    void beforeWriting(Path real) throws IOException {}

    /** Is called for each channel that is opened for writing, to replace it. */
    SeekableByteChannel opened(SeekableByteChannel channel) {
        return channel;
    }

    private Path real(Path path) throws IOException {
        return find(unseen(path));
    }

    private void refuse(Path path) throws FileSystemException {
        int nth = tries.merge(path, 1, Integer::sum);
        if (nth <= refusals) {
            refused.incrementAndGet();
            throw nth % 2 == 1
                    ? new AccessDeniedException(path.toString())
                    : new FileSystemException(path.toString(), null, "used by another process");
        }
        tries.remove(path);
    }

    private static Path unseen(Path path) {
        return Proxy.isProxyClass(path.getClass()) && Proxy.getInvocationHandler(path) instanceof Seen seen
                ? seen.path
                : path;
    }

    /** A path whose results are paths of this file system. */
    private final class Seen implements InvocationHandler {
        private final Path path;

        Seen(Path path) {
            this.path = path;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return RefusingFileSystem.this;
            }
            if (method.getName().equals("iterator")) {
                return names();
            }
            Object[] given = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < given.length; i++) {
                given[i] = given[i] instanceof Path other ? unseen(other) : given[i];
            }
            try {
                Object result = method.invoke(path, given);
                return result instanceof Path found ? RefusingFileSystem.this.path(found) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private Iterator<Path> names() {
            return StreamSupport.stream(path.spliterator(), false)
                    .map(RefusingFileSystem.this::path)
                    .iterator();
        }
    }

    private final class Provider extends FileSystemProvider {
        private final FileSystemProvider all = real.provider();

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            beforeWriting(real(source));
            refuse(real(source));
            all.move(real(source), real(target), options);
        }

        @Override
        public void delete(Path path) throws IOException {
            beforeWriting(real(path));
            if (java.nio.file.Files.exists(real(path), LinkOption.NOFOLLOW_LINKS)) {
                refuse(real(path));
            }
            all.delete(real(path));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            if (options.contains(StandardOpenOption.WRITE)) {
                beforeWriting(real(path));
                return opened(all.newByteChannel(real(path), options, attributes));
            }
            return all.newByteChannel(real(path), options, attributes);
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            if (options.contains(StandardOpenOption.WRITE)) {
                beforeWriting(real(path));
            }
            return all.newFileChannel(real(path), options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            DirectoryStream<Path> entries = all.newDirectoryStream(real(path), entry -> filter.accept(path(entry)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    Iterator<Path> each = entries.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return each.hasNext();
                        }

                        @Override
                        public Path next() {
                            return path(each.next());
                        }
                    };
                }

                @Override
                public void close() throws IOException {
                    entries.close();
                }
            };
        }

        @Override
        public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
            beforeWriting(real(path));
            all.createDirectory(real(path), attributes);
        }

        @Override
        public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
            all.createSymbolicLink(real(link), unseen(target), attributes);
        }

        @Override
        public void createLink(Path link, Path existing) throws IOException {
            all.createLink(real(link), real(existing));
        }

        @Override
        public Path readSymbolicLink(Path link) throws IOException {
            return path(all.readSymbolicLink(real(link)));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            all.copy(real(source), real(target), options);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return all.isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return all.isHidden(real(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return all.getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            all.checkAccess(real(path), modes);
        }

        @Override
        public <V extends @Nullable FileAttributeView> @Nullable V getFileAttributeView(
                Path path, Class<V> type, LinkOption... options) {
            try {
                return all.getFileAttributeView(real(path), type, options);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return all.readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
            return all.readAttributes(real(path), names, options);
        }

        @Override
        public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
            all.setAttribute(real(path), name, value, options);
        }

        @Override
        public String getScheme() {
            return "refusing";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return RefusingFileSystem.this;
        }

        @Override
        public Path getPath(URI uri) {
            return path(Path.of(uri));
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        // The host's own stays open.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return real.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return path(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return real.getPathMatcher(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
        return real.newWatchService();
    }
}
