package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code packaging/install} puts into a system, run as it stands there, with the JDK and the
 * jars of this build. Maven runs this after it has packaged them ({@code integration-test}), so
 * that a clone in which nothing was built tries it too; without the jars it fails.
 */
class PackagedIT {
  private static final Path TOP = Path.of(System.getProperty("whosent.root"));

  /** Of an export: the ID of a record that has a user. */
  private static final Pattern NAMED =
      Pattern.compile("(?m)^[0-9][^,\n]+,([0-9A-Za-z]{6,26}),[^,\n]*,[^,\n]+,");

  /** Of a unit: the file that it refers to. */
  private static final Pattern DOCUMENTED = Pattern.compile("Documentation=file:///([a-zA-Z./]+)");

  private static final Pattern RECORD_JAR =
      Pattern.compile("record-([0-9.]+[0-9])(-SNAPSHOT)?\\.jar");

  private static final Path LOGS =
      TOP.resolve("fixtures/src/main/resources/org/whosent/fixtures/postfix/logs");

  @TempDir Path directory;
  private Path root;
  private Path whosent;

  private record Answer(int exit, String text) {}

  private Answer run(Map<String, String> environment, Object... command) throws Exception {
    Path out = directory.resolve("out");
    List<String> words = Stream.of(command).map(Object::toString).toList();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    // A JVM that is told more by these says so where answers are expected.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put("DESTDIR", root.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    int exit = builder.redirectOutput(out.toFile()).start().waitFor();
    return new Answer(exit, Files.readString(out, StandardCharsets.UTF_8));
  }

  private Answer run(Object... command) throws Exception {
    return run(Map.of(), command);
  }

  private static void done(Answer answer) {
    assertEquals(0, answer.exit(), answer.text());
  }

  @BeforeEach
  void install() throws Exception {
    root = directory.resolve("root");
    done(run(TOP.resolve("packaging/install")));
    whosent = root.resolve("usr/bin/whosent");
  }

  @Test
  void installedTreeIsWhole() throws Exception {
    Answer status = run(whosent, "msa", "--config", "/nowhere/msa.yaml");
    assertEquals(2, status.exit(), status.text());
    assertTrue(status.text().contains("/nowhere/msa.yaml"), status.text());
    try (Stream<Path> units = Files.list(TOP.resolve("packaging/systemd"))) {
      List<Path> services = units.filter(f -> f.toString().endsWith(".service")).toList();
      assertEquals(3, services.size());
      for (Path unit : services) {
        Path installed = root.resolve("usr/lib/systemd/system").resolve(unit.getFileName());
        assertEquals(-1, Files.mismatch(unit, installed));
        Matcher page = DOCUMENTED.matcher(Files.readString(installed));
        assertTrue(!page.find() || Files.exists(root.resolve(page.group(1))), unit.toString());
      }
    }
    Path share = root.resolve("usr/share");
    // As README.md and the program name them.
    assertTrue(Files.exists(share.resolve("doc/whosent/docs/site.md")));
    Path packaging = TOP.resolve("packaging");
    Path page = share.resolve("man/man1/whosent.1");
    assertEquals(-1, Files.mismatch(packaging.resolve("whosent.1"), page));
    // Bash looks for it under the command's name.
    Path completion = share.resolve("bash-completion/completions/whosent");
    assertEquals(-1, Files.mismatch(packaging.resolve("completion.bash"), completion));
  }

  @Test
  void jarsOfAnOlderVersionAreGone() throws Exception {
    Path old = Files.writeString(root.resolve("usr/lib/whosent/record-0.0.9.jar"), "old");
    done(run(TOP.resolve("packaging/install")));
    assertFalse(Files.exists(old));
    Path jar = root.resolve("usr/lib/whosent/whosent.jar");
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(jar)));
  }

  private Path debianPackage() throws Exception {
    assumeTrue(
        run("sh", "-c", "command -v dpkg-deb").exit() == 0,
        "dpkg-deb is not there: the package for Debian is not tried");
    Path made = Files.createDirectory(directory.resolve("made"));
    done(run("env", "-C", made, TOP.resolve("packaging/deb")));
    try (Stream<Path> files = Files.list(made)) {
      List<Path> packages = files.toList();
      assertEquals(1, packages.size(), packages.toString());
      return packages.getFirst();
    }
  }

  @Test
  void thePackageForDebianHoldsWhatTheInstallScriptPuts() throws Exception {
    Path deb = debianPackage();
    Answer version = run("dpkg-deb", "-f", deb, "Version");
    String release;
    try (Stream<Path> jars = Files.list(root.resolve("usr/lib/whosent"))) {
      release =
          jars.map(jar -> RECORD_JAR.matcher(jar.getFileName().toString()))
              .filter(Matcher::matches)
              .map(jar -> jar.group(1))
              .findAny()
              .orElseThrow();
    }
    assertTrue(version.text().startsWith(release), version.text());
    done(run("dpkg", "--compare-versions", version.text().strip(), "le", release));
    Path unpacked = directory.resolve("unpacked");
    done(run("dpkg-deb", "-R", deb, unpacked));
    done(run("gunzip", unpacked.resolve("usr/share/man/man1/whosent.1.gz")));
    done(run("diff", "-r", root.resolve("usr"), unpacked.resolve("usr"), "-x", "copyright"));
    done(run("chmod", "u=rwX,go=rX", "-R", root));
    String modes = "find usr -type f ! -name copyright -printf '%m %p\n' | sort";
    Answer installed = run("env", "-C", root, "sh", "-c", modes);
    assertEquals(installed, run("env", "-C", unpacked, "sh", "-c", modes));
  }

  /** With the maintainers' scripts, in a directory that stands for the system's root. */
  @Test
  void thePackageForDebianIsInstalledAndItsDataOutliveIt() throws Exception {
    Path deb = debianPackage();
    assumeTrue(
        run("sh", "-c", "[ $(id -u) = 0 ] && command -v systemd-sysusers systemd-tmpfiles").exit()
            == 0,
        "not root, or no systemd: the package for Debian is not installed");
    Path system = directory.resolve("system");
    Path list = Files.createDirectories(system.resolve("var/lib/dpkg")).resolve("status");
    Files.createDirectories(list.resolveSibling("info"));
    Files.createDirectories(list.resolveSibling("updates"));
    Files.createFile(list);
    List<String> dpkg =
        List.of("dpkg", "--root=" + system, "--force-script-chrootless", "--force-depends");
    for (int times = 0; times < 2; times++) {
      done(run(Stream.concat(dpkg.stream(), Stream.of("-i", deb)).toArray()));
    }
    Path data = system.resolve("var/lib/whosent");
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
    assertTrue(Files.readString(system.resolve("etc/passwd")).contains("whosent:x:"));
    Path held = Files.writeString(data.resolve("held"), "evidence");
    Files.writeString(system.resolve("etc/whosent/msa.yaml"), "hostname: msa.example.org\n");
    Answer gone = run(Stream.concat(dpkg.stream(), Stream.of("--purge", "whosent")).toArray());
    done(gone);
    assertTrue(gone.text().contains("/var/lib/whosent is left as it is"), gone.text());
    assertEquals("evidence", Files.readString(held));
    assertFalse(Files.exists(system.resolve("usr/lib/whosent")));
    assertFalse(Files.exists(system.resolve("etc/default/whosent")));
  }

  @Test
  void answersAreTheSameWithTheStartUpCacheAndTheCacheIsTaken() throws Exception {
    Path data = directory.resolve("data");
    done(run(whosent, "index", "--data", data, "--host", "mail.example.com", LOGS));
    Answer rows = run(whosent, "export", "--data", data);
    done(rows);
    Matcher named = NAMED.matcher(rows.text());
    assertTrue(named.find(), "no record with a user");
    String id = named.group(1);
    Answer cold = run(whosent, "trace", "--data", data, id);
    done(cold);
    done(run(whosent, "warm-up"));
    // With this mode the JVM refuses to start where it cannot use the cache it was given.
    Map<String, String> strict = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    Answer cached = run(strict, whosent, "trace", "--data", data, id);
    assertEquals(0, cached.exit(), cached.text());
    assertTrue(cached.text().endsWith(cold.text()), cached.text());
    assertAllIsInTheCache(data, id);
    // So a damaged one shows that it was given one; who does not insist gets his answer.
    Path lib = root.resolve("usr/lib/whosent");
    Files.write(onlyCache(lib), new byte[4096]);
    assertEquals(1, run(strict, whosent, "trace", "--data", data, id).exit());
    Answer damaged = run(whosent, "trace", "--data", data, id);
    assertEquals(0, damaged.exit(), damaged.text());
    assertTrue(damaged.text().endsWith(cold.text()), damaged.text());
    // Other jars than the cache was made of: it is left alone, and all works as before.
    Files.copy(lib.resolve("whosent.jar"), lib.resolve("other.jar"));
    assertEquals(cold, run(whosent, "trace", "--data", data, id));
    Answer without = run(strict, whosent, "trace", "--data", data, id);
    assertEquals(0, without.exit(), without.text());
  }

  /** A JVM that cannot use the cache it is given says nothing, so nobody would know. */
  @Test
  void theIndexersCacheIsTakenWhateverTheHeap() throws Exception {
    done(run(whosent, "warm-up", "index"));
    Path data = directory.resolve("data");
    Path log = LOGS.resolve("mail.log");
    for (String heap : List.of("", "-Xmx256m", "-Xmx2g")) {
      Map<String, String> strict = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on " + heap);
      done(run(strict, whosent, "index", "--data", data, "--host", "mail.example.com", log));
    }
    try (Stream<Path> files = Files.list(root.resolve("usr/lib/whosent"))) {
      Path cache =
          files
              .filter(f -> f.getFileName().toString().startsWith("index-"))
              .findAny()
              .orElseThrow();
      Files.write(cache, new byte[4096]);
    }
    Map<String, String> strict = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    assertEquals(1, run(strict, whosent, "index", "--data", data, log).exit());
    done(run(whosent, "index", "--data", data, log));
  }

  /** One class that is not takes half a look-up: the jars are opened for it. */
  private void assertAllIsInTheCache(Path data, String id) throws Exception {
    Path loaded = directory.resolve("loaded.txt");
    Path lib = root.resolve("usr/lib/whosent");
    String cache = onlyCache(lib).toString();
    // As the launcher has it, which tells the JVM to log nothing.
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xlog:class+load:file=" + loaded + ":none:filecount=0",
            "-XX:+UseSerialGC",
            "-XX:AOTCache=" + cache,
            "-DZstdNativePath=" + cache.replaceAll("aot$", "so"),
            "--enable-native-access=ALL-UNNAMED",
            "-Djdk.util.jar.enableMultiRelease=false",
            "-Djdk.reflect.useNativeAccessorOnly=true",
            "-cp",
            lib.resolve("whosent.jar").toString(),
            "org.whosent.query.Whosent");
    done(run(whosent, "seal", "--data", data));
    for (String asked : List.of(id, "<none@example.com>")) {
      List<Object> command = new ArrayList<>(java);
      command.addAll(List.of("trace", asked));
      command.addAll(List.of("--data", data));
      run(command.toArray());
      String classes = Files.readString(loaded);
      assertTrue(classes.contains("org.whosent.query.Whosent source: shared"), asked);
      List<String> fromJars =
          classes.lines().filter(line -> line.contains("source: file:")).toList();
      assertEquals(List.of(), fromJars, asked);
    }
  }

  /**
   * Each of these once took a tenth of a look-up or more; docs/store-tuning.md says what they cost.
   */
  @Test
  void aLookUpByIdLeavesAloneWhatIsSlowToLoad() throws Exception {
    Path data = directory.resolve("data");
    done(run(whosent, "warm-up", "store", data));
    String id = Files.readAllLines(data.resolve("inputs")).getFirst();
    Answer traced =
        run(
            Path.of(System.getProperty("java.home"), "bin/java"),
            "-Xlog:class+init=info",
            "--enable-native-access=ALL-UNNAMED",
            "-Djdk.util.jar.enableMultiRelease=false",
            "-cp",
            root.resolve("usr/lib/whosent/whosent.jar"),
            "org.whosent.query.Whosent",
            "trace",
            "--data",
            data,
            id);
    done(traced);
    assertTrue(traced.text().contains("'org/whosent/query/Whosent'"), traced.text());
    List<String> slow =
        List.of(
            "java/math/BigDecimal",
            "javax/crypto/Mac",
            "java/time/format/DateTimeFormatter",
            "com/fasterxml/jackson/core/json/UTF8StreamJsonParser",
            "picocli/CommandLine",
            "org/apache/lucene/",
            "jakarta/mail/");
    for (String name : slow) {
      List<String> loaded =
          traced.text().lines().filter(l -> l.contains("Initializing '" + name)).toList();
      assertEquals(List.of(), loaded);
    }
  }

  private static Path onlyCache(Path lib) throws Exception {
    try (Stream<Path> files = Files.list(lib)) {
      List<Path> caches = files.filter(f -> f.toString().endsWith(".aot")).toList();
      assertEquals(1, caches.size(), caches.toString());
      return caches.getFirst();
    }
  }
}
