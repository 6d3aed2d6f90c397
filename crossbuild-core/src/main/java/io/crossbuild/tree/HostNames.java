// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The names of host files, byte for byte in any locale. A Unix path of the JDK consists of bytes, but its String loses
 * those that the locale's charset lacks. Its URI does not (the JDK escapes byte by byte, in both directions).
 */
public final class HostNames {
    private static final boolean WINDOWS =
            Path.of("").getFileSystem().getSeparator().equals("\\");

    // limits.h of Linux; for a longer name, the host's own error would not be that there is no such file.
    private static final int NAME_MAX = 255;

    private HostNames() {}

    /** The last component's name, encoded as in {@link FileTree}. */
    public static String nameOf(Path path) {
        String name = String.valueOf(path.getFileName());
        if (WINDOWS || isAscii(name)) {
            return name;
        }
        String raw = withoutLastSlash(path.toUri().getRawPath());
        return NameCodec.decode(unescape(raw.substring(raw.lastIndexOf('/') + 1)));
    }

    /** The path of a child, empty if no child can have that name: it never leaves the directory. */
    public static Optional<Path> resolve(Path directory, String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || hasAny(name, "/\0")) {
            return Optional.empty();
        }
        if (!WINDOWS && isAscii(name)) {
            return name.length() > NAME_MAX ? Optional.empty() : Optional.of(directory.resolve(name));
        }
        if (NameCodec.encode(name).length > NAME_MAX) {
            return Optional.empty();
        }
        if (WINDOWS && hasAny(name, "\\:")) {
            return Optional.empty();
        }
        try {
            Path child = WINDOWS
                    ? directory.resolve(name)
                    : directory
                            .getFileSystem()
                            .provider()
                            .getPath(URI.create(withoutLastSlash(
                                            directory.toUri().toString()) + "/" + escape(NameCodec.encode(name))));
            return directory.equals(child.getParent()) ? Optional.of(child) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** A link's target as it is stored, with "/" as separator on Windows too. */
    public static String targetOf(Path target) {
        String text = target.toString();
        if (WINDOWS) {
            return text.replace('\\', '/');
        }
        if (isAscii(text)) {
            return text;
        }
        boolean absolute = target.isAbsolute();
        String raw = (absolute ? target : Path.of("/").resolve(target)).toUri().getRawPath();
        // toUri adds a slash to a path that is a directory on the host.
        String exact = text.endsWith("/") ? raw : withoutLastSlash(raw);
        return NameCodec.decode(unescape(absolute ? exact : exact.substring(1)));
    }

    /** The relative target for a new link, byte for byte; the counterpart of {@link #targetOf}. */
    public static Path relativeTarget(String target) {
        if (WINDOWS || isAscii(target)) {
            return Path.of(target);
        }
        // A path below the host's root keeps its ".." here, so that cutting off the root returns the relative path.
        Path absolute =
                Path.of(URI.create("file:///" + escape(NameCodec.encode(target)).replace("%2f", "/")));
        return absolute.subpath(0, absolute.getNameCount());
    }

    private static String escape(byte[] bytes) {
        StringBuilder escaped = new StringBuilder(bytes.length * 3);
        for (byte b : bytes) {
            escaped.append('%').append(Character.forDigit((b >> 4) & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
        }
        return escaped.toString();
    }

    private static byte[] unescape(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        int i = 0;
        while (i < raw.length()) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 3;
            } else {
                int end = raw.indexOf('%', i) < 0 ? raw.length() : raw.indexOf('%', i);
                bytes.writeBytes(raw.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end;
            }
        }
        return bytes.toByteArray();
    }

    private static String withoutLastSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasAny(String text, String unwanted) {
        for (int i = 0; i < unwanted.length(); i++) {
            if (text.indexOf(unwanted.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }
}
