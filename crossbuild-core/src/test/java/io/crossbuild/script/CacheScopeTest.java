// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.layer.StoredCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CacheScopeTest {
    @TempDir
    Path temp;

    @Test
    void aProjectIsKnownByItsNameWhereverItsBuildFileIs() throws Exception {
        assertThat(CacheScope.of("g:a", temp.resolve("gone/build.txt")))
                .isEqualTo(new CacheScope(CacheScope.Kind.PROJECT, "g:a"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void withoutAProjectTheRealDirectoryOfTheBuildFileCounts() throws Exception {
        Path real = Files.createDirectory(temp.toRealPath().resolve("real"));
        Files.writeString(real.resolve("build.txt"), "true");
        Path link = Files.createSymbolicLink(temp.resolve("link"), real);
        CacheScope scope = new CacheScope(CacheScope.Kind.DIRECTORY, real.toString());
        assertThat(CacheScope.of(null, real.resolve("build.txt"))).isEqualTo(scope);
        assertThat(CacheScope.of(null, link.resolve("build.txt"))).isEqualTo(scope);
        assertThat(CacheScope.of(null, link.resolve("../link/build.txt"))).isEqualTo(scope);
        assertThat(CacheScope.of(null, temp.resolve("build.txt"))).isNotEqualTo(scope);
    }

    @Test
    void scopeDirectoryAndArchitectureEachMakeAnotherCache() {
        CacheName name = name(CacheScope.Kind.PROJECT, "x", "/a");
        Set<String> prefixes = Stream.of(
                        StoredCache.keyPrefix(Architecture.AMD64, name),
                        StoredCache.keyPrefix(Architecture.ARM64, name),
                        StoredCache.keyPrefix(Architecture.AMD64, name(CacheScope.Kind.PROJECT, "x", "/b")),
                        StoredCache.keyPrefix(Architecture.AMD64, name(CacheScope.Kind.PROJECT, "x/", "a")),
                        StoredCache.keyPrefix(Architecture.AMD64, name(CacheScope.Kind.PROJECT, "y", "/a")),
                        StoredCache.keyPrefix(Architecture.AMD64, name(CacheScope.Kind.DIRECTORY, "x", "/a")),
                        StoredCache.keyPrefix(Architecture.AMD64, name(CacheScope.Kind.ID, "x", "/a")))
                .collect(Collectors.toSet());
        assertThat(prefixes).hasSize(7);
    }

    @Test
    void whatIsWrittenNextToTheDiskIsReadAgain() throws Exception {
        CacheName name = name(CacheScope.Kind.DIRECTORY, "/home/\u00e4 \"b\"\n", "/var/cache/apt");
        StoredCache.write(temp, name);
        assertThat(StoredCache.read(temp)).contains(name);
    }

    private static CacheName name(CacheScope.Kind kind, String scope, String directory) {
        return new CacheName(new CacheScope(kind, scope), directory);
    }
}
