// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Programs that open files by themselves, each extracted alone from one build, answer in the target root as they did in
 * the guest. It installs large packages, so it runs only with {@code -Dcrossbuild.it.long=true}.
 */
@VirtualMachineTest
@EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstalledProgramsIT {
    private static final boolean AMD64 = !System.getProperty("os.arch").equals("aarch64");
    /** For all packages at once, with emulation. */
    private static final Duration INSTALLATION = Duration.ofMinutes(45);

    private static final String PACKAGES = "fonts-dejavu-core gcc graphviz jq libc6-dev libnginx-mod-http-echo"
            + " libnginx-mod-stream locales nginx openjdk-21-jdk-headless python3-venv tzdata"
            + (AMD64 ? " gcc-multilib" : "");

    private static final String GRAPH = """
            echo 'graph { rankdir=LR; "Zürich" -- "Köln" [label="410 km"]; "Köln" -- "Århus" }' > map.gv
            dot -Tplain -o said/map.plain map.gv; dot -Tpng -o said/map.png map.gv
            """;

    /** Its modules, certificates and providers are files that no class file names. */
    private static final String JAVA = """
            cat > Facts.java <<'END'
            public class Facts {
                public static void main(String[] arguments) throws Exception {
                    java.io.File trusted = new java.io.File(System.getProperty("java.home"), "lib/security/cacerts");
                    System.out.println(java.security.KeyStore.getInstance(trusted, "changeit".toCharArray()).size());
                    System.out.println(java.security.MessageDigest.getInstance("SHA3-256").getProvider());
                    System.out.println(javax.net.ssl.SSLContext.getDefault().getProtocol());
                    System.out.println(java.util.Currency.getInstance("NOK").getDisplayName());
                    System.out.println(java.time.ZoneId.of("Asia/Tokyo").getRules().getOffset(java.time.Instant.EPOCH));
                }
            }
            END
            javac Facts.java && java -Xint -cp /root Facts > said/java
            """;

    private static final String LOCALE = """
            echo 'fr_FR.UTF-8 UTF-8' > /etc/locale.gen; locale-gen
            cat > local.c <<'END'
            #include <iconv.h>
            #include <locale.h>
            #include <stdio.h>
            #include <time.h>
            int main(void) {
                char *chosen = setlocale(LC_ALL, "");
                time_t seconds = 1700000000;
                char text[100];
                strftime(text, sizeof text, "%A %d %B %H:%M %Z", localtime(&seconds));
                printf("%s, %s, %.2f, ", chosen ? chosen : "no such locale", text, 2.5);
                puts(iconv_open("EUC-JP", "UTF-8") == (iconv_t) -1 ? "no such encoding" : "EUC-JP");
            }
            END
            gcc -o local local.c && LC_ALL=fr_FR.UTF-8 TZ=America/New_York ./local > said/local
            """;

    /** It checks its configuration, with its modules. In a user namespace, root is the only user. */
    private static final String SERVER = """
            sed -i 's/^user .*/user root;/' /etc/nginx/nginx.conf
            echo 'server { listen 127.0.0.1:18480; location / { echo hello; } }' > /etc/nginx/sites-enabled/default
            cat > /etc/nginx/modules-enabled/90-forward.conf <<'END'
            stream { server { listen 127.0.0.1:18481; proxy_pass 127.0.0.1:18480; } }
            END
            nginx -t 2> said/nginx
            """;

    /** Libraries that only ld.so.conf leads to, and plugins that are found beside one of them. */
    private static final String LIBRARIES = """
            mkdir -p /opt/zoo/bin /opt/zoo/lib/plugins; cd /opt/zoo
            echo 'const char *sound(void) { return "miaow"; }' > voice.c
            gcc -shared -fPIC -Wl,-soname,libvoice.so.2 -o lib/libvoice.so.2.1 voice.c
            ln -s libvoice.so.2.1 lib/libvoice.so.2; ln -s libvoice.so.2 lib/libvoice.so
            echo 'const char *sound(void); const char *call(void) { return sound(); }' > cat.c
            gcc -shared -fPIC -o lib/plugins/cat.so cat.c -Llib -lvoice
            cat > zoo.c <<'END'
            #define _GNU_SOURCE
            #include <dirent.h>
            #include <dlfcn.h>
            #include <stdio.h>
            #include <string.h>
            int visit(void) {
                Dl_info here;
                char path[1000];
                dladdr((void *) visit, &here);
                snprintf(path, sizeof path, "%.*s/plugins", (int) (strrchr(here.dli_fname, '/') - here.dli_fname),
                         here.dli_fname);
                DIR *animals = opendir(path);
                if (!animals) return puts("no animals");
                for (struct dirent *animal; (animal = readdir(animals));) {
                    if (animal->d_name[0] == '.') continue;
                    char file[2000];
                    snprintf(file, sizeof file, "%s/%s", path, animal->d_name);
                    void *library = dlopen(file, RTLD_NOW);
                    if (!library) return puts(dlerror());
                    printf("%s: %s\\n", animal->d_name, ((const char *(*)(void)) dlsym(library, "call"))());
                }
                return 0;
            }
            END
            gcc -shared -fPIC -Wl,-soname,libzoo.so -o lib/libzoo.so zoo.c
            echo 'int visit(void); int main(void) { return visit(); }' > main.c; gcc -o bin/zoo main.c -Llib -lzoo
            echo /opt/zoo/lib > /etc/ld.so.conf.d/zoo.conf; ldconfig; ln -s /opt/zoo/bin/zoo /usr/local/bin/zoo
            zoo > ~/said/zoo && cd
            """;

    private static final String PYTHON = """
            python3 -m venv venv
            cd venv/lib/python3*/site-packages; mkdir greeting
            cat > greeting/__main__.py <<'END'
            import ctypes, decimal, hashlib, json, sqlite3, ssl, sys
            print(json.dumps([str(decimal.Decimal("0.1") * 3), hashlib.sha256(b"x").hexdigest()]))
            print(sqlite3.sqlite_version, ssl.OPENSSL_VERSION, sys.version, ctypes.CDLL(None).abs(-3))
            END
            cd; venv/bin/python -m greeting > said/python
            """;

    private static final String SCRIPT = """
            cat > report <<'END'
            #!/usr/bin/env bash
            set -euo pipefail
            echo '{"sizes": [3, 1, 2]}' | /usr/bin/jq -c '.sizes | sort' | sed 's/,/ < /g'
            sort -r <<< $'one\\ntwo' | awk '{ print NR ": " $1 }'
            date -u -d @1000000000 +%F | tr - /; basename "$(readlink -f "$0")"
            END
            chmod 755 report; ./report > said/report
            """;

    private static final String BITS32 = """
            dpkg --add-architecture i386; apt-get update
            apt-get install -y --no-install-recommends zlib1g-dev:i386
            cat > bits.c <<'END'
            #include <stdio.h>
            #include <zlib.h>
            int main(void) { return printf("%d bits, zlib %s\\n", (int) sizeof(void *) * 8, zlibVersion()) < 0; }
            END
            gcc -m32 -o bits bits.c /usr/lib/i386-linux-gnu/libz.so && ./bits > said/bits
            """;

    private Project project;

    @BeforeAll
    void build() throws Exception {
        String lines = GRAPH + JAVA + LOCALE + SERVER + LIBRARIES + PYTHON + SCRIPT + (AMD64 ? BITS32 : "");
        project = Project.minimal("InstalledProgramsIT")
                .configure("<environment><packages>" + PACKAGES + "</packages></environment>")
                .write("build.txt", "mkdir said\n" + lines)
                .write("config.json", "{ \"Dirs\": [\"said\"] }\n");
        project.maven("crossbuild:build").run(INSTALLATION).succeeded().leftNothingBehind();
    }

    private Path said(String file) {
        return project.targetRoot().resolve("said").resolve(file);
    }

    /** Extracts what a configuration selects, to a target root of its own. */
    private Path extract(String name, String configuration) throws Exception {
        Path root = project.directory().resolve("target/programs").resolve(name);
        project.write("config.json", configuration)
                .maven("crossbuild:extract", "-Dcrossbuild.targetRoot=" + root)
                .run(MavenRun.DEADLINE)
                .succeeded()
                .startedNoMachine();
        return root;
    }

    private void answersAsInTheGuest(String name, Path root, Map<String, String> variables, String... command)
            throws IOException, InterruptedException {
        String answer = Files.readString(said(name));
        assertThat(answer).isNotEmpty();
        assertThat(InTargetRoot.runMounted(root, variables, command)).isEqualTo(answer);
    }

    @Test
    void graphvizDrawsTheSamePicture() throws Exception {
        Path root = extract("graphviz", "{ \"Program\": \"/usr/bin/dot\", \"Files\": [\"map.gv\"] }\n");
        for (String format : new String[] {"plain", "png"}) {
            InTargetRoot.runMounted(root, Map.of(), "/usr/bin/dot", "-T" + format, "-o", "/tmp/drawn", "/map.gv");
            assertThat(root.resolve("tmp/drawn")).hasSameBinaryContentAs(said("map." + format));
        }
    }

    @Test
    void aJavaProgramHasItsRuntime() throws Exception {
        Path root = extract("java", """
                {
                  "Program": "/usr/bin/java",
                  "Args": ["-cp", "/", "Facts"],
                  "Dirs": ["/usr/lib/jvm/java-21-openjdk-%s"],
                  "Files": ["Facts.class"]
                }
                """.formatted(AMD64 ? "amd64" : "arm64"));
        answersAsInTheGuest("java", root, Map.of(), "/usr/bin/java", "-cp", "/", "Facts");
    }

    @Test
    void theLocaleAndTheTimeZoneOfEnvAreThere() throws Exception {
        Path root = extract("local", """
                {
                  "Program": "/root/local",
                  "Env": { "LC_ALL": "fr_FR.UTF-8", "TZ": "America/New_York" }
                }
                """);
        assertThat(said("local")).hasContent("fr_FR.UTF-8, mardi 14 novembre 17:13 EST, 2,50, EUC-JP");
        answersAsInTheGuest("local", root, Map.of("LC_ALL", "fr_FR.UTF-8", "TZ", "America/New_York"), "/root/local");
    }

    @Test
    void nginxLoadsItsModules() throws Exception {
        Path root = extract("nginx", """
                {
                  "Program": "/usr/sbin/nginx",
                  "Dirs": ["/etc/nginx", "/usr/lib/nginx", "/usr/share/nginx", "/var/lib/nginx", "/var/log/nginx"]
                }
                """);
        answersAsInTheGuest("nginx", root, Map.of(), "/usr/sbin/nginx", "-t");
    }

    @Test
    void librariesBelowOptComeWithThePluginsBesideThem() throws Exception {
        Path root = extract("zoo", "{ \"Program\": \"zoo\" }\n");
        assertThat(said("zoo")).hasContent("cat.so: miaow");
        answersAsInTheGuest("zoo", root, Map.of(), "/usr/local/bin/zoo");
    }

    @Test
    void aVirtualEnvironmentOfPythonWorksWhereItIsMovedTo() throws Exception {
        Path root = extract("python", "{ \"Program\": \"venv/bin/python\", \"Dirs\": [\"venv\"] }\n");
        answersAsInTheGuest("python", root, Map.of(), "/venv/bin/python", "-m", "greeting");
    }

    @Test
    void aScriptComesWithTheProgramsThatItCalls() throws Exception {
        Path root = extract("report", "{ \"Program\": \"/root/report\" }\n");
        answersAsInTheGuest("report", root, Map.of(), "/root/report");
    }

    @Test
    void aProgramOf32BitsHasItsLibraries() throws Exception {
        assumeThat(AMD64).isTrue();
        Path root = extract("bits", "{ \"Program\": \"/root/bits\" }\n");
        assertThat(Files.readString(said("bits"))).startsWith("32 bits, zlib ");
        answersAsInTheGuest("bits", root, Map.of(), "/root/bits");
    }
}
