// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.io.Sha256;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A server with Debian's archive.
 *
 * @param root the directory with {@code dists} and {@code pool}; ends with a slash
 */
public record Mirror(URI root) {
    /** The mirror tried first if neither the user nor the host names one. */
    public static final Mirror BUILT_IN = new Mirror(URI.create("https://mirrors.kernel.org/debian/"));

    public Mirror {
        if (!root.toString().endsWith("/")) {
            throw new IllegalArgumentException("'" + root + "' does not end with a slash");
        }
    }

    /**
     * The mirror at an address, with or without a trailing slash.
     *
     * @throws ConfigException when it is not an http or https address of a directory
     */
    public static Mirror of(URI address) throws ConfigException {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        boolean usable = (scheme.equals("http") || scheme.equals("https"))
                && address.getHost() != null
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
        if (!usable) {
            throw new ConfigException(
                    "mirror",
                    List.of("'" + address + "' (expected an http or https address)"),
                    AdviceKey.NAME_MIRROR_ROOT.advice("example", BUILT_IN.root().toString()));
        }
        if (address.getRawUserInfo() != null) {
            // Not repeated in full: the message goes to logs.
            throw new ConfigException(
                    "mirror",
                    List.of("the address of '" + address.getHost() + "' has a user name (expected none)"),
                    AdviceKey.MIRROR_WITHOUT_PASSWORD.advice());
        }
        String text = address.toString();
        return new Mirror(URI.create(text.endsWith("/") ? text : text + "/"));
    }

    /**
     * The given mirror, otherwise the first Debian archive in the host's APT sources, otherwise the first built-in one.
     */
    public static Mirror choose(@Nullable URI given) throws ConfigException {
        return choose(given, Path.of("/"));
    }

    /** @param root the host's root directory */
    static Mirror choose(@Nullable URI given, Path root) throws ConfigException {
        return given != null ? of(given) : HostAptSources.of(root).firstMirror().orElse(BUILT_IN);
    }

    /** The security archive in the host's APT sources; null when there is none, or the user names a mirror. */
    public static @Nullable Mirror ofHostSecurity(@Nullable URI given) {
        return given != null
                ? null
                : HostAptSources.of(Path.of("/")).firstSecurityMirror().orElse(null);
    }

    /** The security archive beside it: its directory has the same name with "-security" at the end. */
    Mirror security() {
        String text = root.toString();
        return new Mirror(URI.create(text.substring(0, text.length() - 1) + "-security/"));
    }

    /** The address of a file by its path below the root, not escaped. */
    URI resolve(String path) {
        try {
            return root.resolve(new URI(null, null, "./" + path, null).getRawPath());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + path + "' is not a path", e);
        }
    }

    /** A name for the mirror that is valid as a directory name. */
    String key() {
        return Sha256.of(root.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
    }
}
