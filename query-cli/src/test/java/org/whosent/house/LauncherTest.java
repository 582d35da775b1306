package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher, with a JDK that only writes down what it was asked: it never takes a start-up cache
 * of other jars or of another JDK, and it finds its way again when any of them changes.
 */
class LauncherTest {
  @TempDir Path directory;
  private Path top;
  private Path app;
  private Path jdk;

  @BeforeEach
  void layOut() throws Exception {
    top = Files.createDirectories(directory.resolve("a checkout"));
    app = Files.createDirectories(top.resolve("query-cli/target/app"));
    Path root = Path.of(System.getProperty("whosent.root"));
    Files.copy(root.resolve("whosent"), top.resolve("whosent"));
    executable(top.resolve("whosent"));
    Files.createDirectories(top.resolve(".mvn"));
    Files.copy(root.resolve(".mvn/jdk25.sh"), top.resolve(".mvn/jdk25.sh"));
    Files.writeString(top.resolve("pom.xml"), "<project/>");
    Files.writeString(app.resolve("whosent.jar"), "jar");
    Files.writeString(app.resolve("built"), "");
    jdk = jdk("jdk");
  }

  private static void executable(Path file) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** It makes the cache it is asked for, or prints its arguments. */
  private Path jdk(String name) throws Exception {
    Path home = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("modules"));
    Files.writeString(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        for a; do
          case $a in
            -XX:AOTCacheOutput=*)
              echo made > "${a#*=}"
              for l; do :; done
              case $l in
                msa | index) ;;
                *) echo so > "$l" ;;
              esac
              exit 0 ;;
          esac
        done
        printf '%s\\n' "$@"
        """);
    executable(home.resolve("bin/java"));
    return home;
  }

  private List<String> launch(Path javaHome, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(top.resolve("whosent").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.lines().toList();
  }

  @Test
  void howItIsCalledMakesNoOtherCache() throws Exception {
    List<String> absolute = launch(jdk, "trace", "x");
    Path inside = Files.createDirectories(top.resolve("docs/a/b"));
    for (List<String> call :
        List.of(
            List.of(top.toString(), "./whosent"),
            List.of(directory.toString(), "a checkout/whosent"),
            List.of(inside.toString(), "../../../whosent"),
            List.of(directory.toString(), "./a checkout/../a checkout/./whosent"))) {
      // A shell starts it, since a path is resolved before the directory is changed.
      String command = "cd '%s' && '%s' trace x".formatted(call.get(0), call.get(1));
      ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
      builder.environment().put("JAVA_HOME", jdk.toString());
      Process process = builder.redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), out);
      assertEquals(absolute, out.lines().toList(), command);
    }
  }

  /** The JVM's first files would be standard input, output and error. */
  @ParameterizedTest
  @ValueSource(strings = {"whosent", "packaging/whosent"})
  void aStreamThatIsClosedIsNoFileOfTheJvm(String name) throws Exception {
    Path root = Path.of(System.getProperty("whosent.root"));
    Path bin = name.equals("whosent") ? top : Files.createDirectories(top.resolve("bin"));
    Path lib = Files.createDirectories(top.resolve("lib/whosent"));
    Files.copy(root.resolve(".mvn/jdk25.sh"), lib.resolve("jdk25.sh"));
    Files.writeString(lib.resolve("whosent.jar"), "jar");
    Files.copy(root.resolve(name), bin.resolve("whosent"), StandardCopyOption.REPLACE_EXISTING);
    executable(bin.resolve("whosent"));
    Files.writeString(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        true 3>&2 && true 3<&0 && cat && echo all are open
        """);
    for (String shell : List.of("sh", "bash")) {
      Process closed = closing(shell, bin, "<&- 2>&-");
      assertEquals("all are open\n", text(closed.getInputStream()), shell);
      assertEquals(0, closed.waitFor());
      Process mute = closing(shell, bin, ">&-");
      String said = text(mute.getErrorStream());
      assertTrue(said.contains("standard output is closed"), said);
      assertEquals(2, mute.waitFor());
    }
  }

  /**
   * A locale that is not installed is C: what macOS sends along by ssh, or a name that is wrong.
   */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "xx_XX.UTF-8", "C", "POSIX", ""})
  void argumentsAreReadAsUtf8WhateverTheLocale(String locale) throws Exception {
    String said = "#!/bin/sh\necho ${LC_ALL-unset}\n";
    Files.writeString(jdk.resolve("bin/java"), said);
    assertEquals("C.UTF-8", launchIn(locale, "LC_ALL"));
    assertEquals("C.UTF-8", launchIn(locale, "LC_CTYPE"));
    install();
    assertEquals("C.UTF-8", launchIn(locale, "LC_ALL"));
    assertEquals("C.UTF-8", launchIn(locale, "LC_CTYPE"));
  }

  private String launchIn(String locale, String variable) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(top.resolve("whosent").toString(), "index", "x");
    builder.environment().remove("LC_ALL");
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put(variable, locale);
    return text(builder.start().getInputStream()).strip();
  }

  private Process closing(String shell, Path bin, String streams) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", "-c", shell + " '" + bin.resolve("whosent") + "' index - " + streams);
    builder.environment().put("JAVA_HOME", jdk.toString());
    return builder.start();
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String cache(List<String> launched) {
    return launched.stream().filter(a -> a.startsWith("-XX:AOTCache=")).findFirst().orElseThrow();
  }

  @Test
  void theSecondCallTakesWhatTheFirstMade() throws Exception {
    List<String> first = launch(jdk, "trace", "an input", "");
    List<String> second = launch(jdk, "trace", "an input", "");
    assertEquals(first, second);
    assertTrue(Files.exists(Path.of(cache(first).substring("-XX:AOTCache=".length()))));
    assertEquals(List.of("trace", "an input", ""), first.subList(first.size() - 3, first.size()));
    assertTrue(first.stream().anyMatch(a -> a.startsWith("-DZstdNativePath=")), first.toString());
  }

  @Test
  void anotherJarAtTheSamePathIsAnotherCache() throws Exception {
    String before = cache(launch(jdk, "trace", "x"));
    Path jar = app.resolve("whosent.jar");
    FileTime time = Files.getLastModifiedTime(jar);
    Files.writeString(jar, "another jar");
    Files.setLastModifiedTime(jar, time);
    String otherSize = cache(launch(jdk, "trace", "x"));
    assertNotEquals(before, otherSize);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(time.toMillis() - 86_400_000));
    Files.setLastModifiedTime(
        app.resolve("built"), FileTime.fromMillis(System.currentTimeMillis() + 1000));
    assertNotEquals(otherSize, cache(launch(jdk, "trace", "x")), "an older jar is another too");
    Files.writeString(app.resolve("library.jar"), "new");
    assertFalse(cache(launch(jdk, "trace", "x")).equals(otherSize));
  }

  @Test
  void anotherJdkIsAnotherCache() throws Exception {
    String before = cache(launch(jdk, "trace", "x"));
    assertNotEquals(before, cache(launch(jdk("other jdk"), "trace", "x")), "another JAVA_HOME");
    String again = cache(launch(jdk, "trace", "x"));
    assertEquals(before, again);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.4\"\n# updated in place\n");
    assertNotEquals(again, cache(launch(jdk, "trace", "x")));
  }

  @Test
  void aJdkThatLostItsHalfIsNotStarted() throws Exception {
    launch(jdk, "trace", "x");
    Path other = jdk("other jdk");
    Files.delete(jdk.resolve("lib/modules"));
    Files.createDirectories(directory.resolve("bin"));
    Path link = Files.createSymbolicLink(directory.resolve("bin/java"), other.resolve("bin/java"));
    ProcessBuilder builder = new ProcessBuilder(top.resolve("whosent").toString(), "trace", "x");
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", link.getParent() + ":/usr/bin:/bin");
    Process process = builder.redirectErrorStream(true).start();
    String out = text(process.getInputStream());
    assertEquals(0, process.waitFor(), out);
    assertTrue(Files.readString(app.resolve("start")).contains(other.toRealPath().toString()), out);
  }

  @Test
  void aLostCacheIsMadeAnew() throws Exception {
    String before = cache(launch(jdk, "trace", "x"));
    Files.delete(Path.of(before.substring("-XX:AOTCache=".length())));
    assertEquals(before, cache(launch(jdk, "trace", "x")));
    assertTrue(Files.exists(Path.of(before.substring("-XX:AOTCache=".length()))));
    Files.writeString(app.resolve("start"), "start_cache='/nowhere'\nstart_for='x'\n");
    assertEquals(before, cache(launch(jdk, "trace", "x")));
  }

  @Test
  void serversRunWithoutTheShortLivedFlags() throws Exception {
    List<String> msa = launch(jdk, "msa", "--config", "f");
    assertTrue(msa.contains("-XX:+UseParallelGC"), msa.toString());
    assertFalse(msa.toString().contains("AOTCache"), msa.toString());
    assertEquals(List.of("msa", "--config", "f"), msa.subList(msa.size() - 3, msa.size()));
  }

  @Test
  void theServerTakesTheCacheThatWasAskedFor() throws Exception {
    Files.writeString(app.resolve("msa-core.jar"), "jar");
    launch(jdk, "trace", "x");
    launch(jdk, "warm-up", "msa");
    List<String> msa = launch(jdk, "msa", "--config", "f");
    Path made = Path.of(cache(msa).substring("-XX:AOTCache=".length()));
    assertTrue(Files.exists(made), made.toString());
    assertEquals(List.of("msa", "--config", "f"), msa.subList(msa.size() - 3, msa.size()));
    assertNotEquals(cache(msa), cache(launch(jdk, "trace", "x")));
    assertTrue(Files.exists(app.resolve("msa-core.jar")), "more than the old cache was removed");

    // A lost cache of the others is made anew beside it.
    Files.delete(Path.of(cache(launch(jdk, "trace", "x")).substring("-XX:AOTCache=".length())));
    launch(jdk, "trace", "x");
    assertEquals(cache(msa), cache(launch(jdk, "msa", "--config", "f")));

    Files.writeString(app.resolve("msa-core.jar"), "another jar");
    assertFalse(launch(jdk, "msa", "--config", "f").toString().contains("AOTCache"));
    launch(jdk, "warm-up", "msa");
    assertNotEquals(cache(msa), cache(launch(jdk, "msa", "--config", "f")));
    assertFalse(Files.exists(made), "caches of old builds pile up");
  }

  /** Who follows a log has the same cache: the size of the heap does not matter to it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theIndexerTakesTheCacheThatWasAskedFor(boolean installed) throws Exception {
    Path jars = installed ? install() : app;
    Files.writeString(jars.resolve("msa-core.jar"), "jar");
    List<String> without = launch(jdk, "index", "--host", "h", "a log");
    assertFalse(without.toString().contains("AOTCache"), without.toString());
    launch(jdk, "warm-up", "msa");
    launch(jdk, "warm-up", "index");
    List<String> index = launch(jdk, "index", "--host", "h", "a log");
    Path made = Path.of(cache(index).substring("-XX:AOTCache=".length()));
    assertTrue(Files.exists(made), made.toString());
    assertEquals(without, index.stream().filter(a -> !a.equals(cache(index))).toList());
    assertEquals(cache(index), cache(launch(jdk, "index", "--follow", "a log")));
    assertNotEquals(cache(index), cache(launch(jdk, "msa", "--config", "f")));

    // The server's is made anew without it, and the other way round.
    launch(jdk, "warm-up", "msa");
    assertTrue(Files.exists(made), made.toString());

    // Never one of other jars, JDKs or flags.
    assertFalse(launch(jdk("other"), "index", "a log").toString().contains("AOTCache"));
    Files.writeString(jars.resolve("msa-core.jar"), "another jar");
    assertFalse(launch(jdk, "index", "a log").toString().contains("AOTCache"));
    launch(jdk, "warm-up", "index");
    assertNotEquals(cache(index), cache(launch(jdk, "index", "a log")));
    assertFalse(Files.exists(made), "caches of old builds pile up");
    Path launcher = top.resolve("whosent");
    String text = Files.readString(launcher).replace("FreqInlineSize=150", "FreqInlineSize=151");
    Files.writeString(launcher, text);
    assertFalse(launch(jdk, "index", "a log").toString().contains("AOTCache"));
  }

  /** Without a bound a few hostile files take a quarter of the machine's memory. */
  @Test
  void onlyTraceHasASmallHeap() throws Exception {
    assertTrue(launch(jdk, "trace", "x").contains("-Xmx1g"));
    assertFalse(launch(jdk, "seal").contains("-Xmx1g"));
    Path lib = install();
    assertTrue(launch(jdk, "trace", "x").contains("-Xmx1g"), lib.toString());
    assertFalse(launch(jdk, "seal").contains("-Xmx1g"), lib.toString());
  }

  /** From here on the installed command is the one that is launched; its directory of jars. */
  private Path install() throws Exception {
    Path root = Path.of(System.getProperty("whosent.root"));
    Path bin = Files.createDirectories(directory.resolve("usr/bin"));
    Path lib = Files.createDirectories(directory.resolve("usr/lib/whosent"));
    Files.copy(root.resolve("packaging/whosent"), bin.resolve("whosent"));
    executable(bin.resolve("whosent"));
    Files.copy(root.resolve(".mvn/jdk25.sh"), lib.resolve("jdk25.sh"));
    Files.writeString(lib.resolve("whosent.jar"), "jar");
    Files.writeString(lib.resolve("msa-core.jar"), "jar");
    top = bin;
    return lib;
  }

  /** In bash as sh, too, where the status of a file that cannot be sourced is 1: not found. */
  @Test
  void anInstalledCommandWithoutItsFilesSaysSo() throws Exception {
    Path lib = install();
    Files.delete(lib.resolve("whosent.jar"));
    assertRefused("whosent.jar is not there", top.resolve("whosent"));
    Files.delete(lib.resolve("jdk25.sh"));
    assertRefused("jdk25.sh is not there", top.resolve("whosent"));
  }

  /** The JVM would not find the program, and end with 1: not found. */
  @Test
  void aColonInThePathIsSaid() throws Exception {
    assertRefused(
        "name with a colon", Files.move(top, directory.resolve("a:b")).resolve("whosent"));
    install();
    Path usr = Files.move(directory.resolve("usr"), directory.resolve("u:sr"));
    assertRefused("name with a colon", usr.resolve("bin/whosent"));
  }

  /** The JVM would end with 1: not found. */
  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void aDirectoryThatIsGoneIsSaid(String shell) throws Exception {
    Path built = top.resolve("whosent");
    install();
    for (Path launcher : List.of(built, top.resolve("whosent"))) {
      Path gone = Files.createDirectory(directory.resolve("gone"));
      String script = "rmdir \"$PWD\" && exec " + shell + " \"$0\" trace x";
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-c", script, launcher.toString()).directory(gone.toFile());
      builder.environment().put("JAVA_HOME", jdk.toString());
      Process process = builder.redirectErrorStream(true).start();
      String out = text(process.getInputStream());
      assertEquals(2, process.waitFor(), out);
      // The shell itself may have a word to say before.
      assertTrue(
          out.endsWith("whosent: the working directory is gone; change to another one\n"), out);
    }
  }

  private void assertRefused(String reason, Path launcher) throws Exception {
    for (String shell : List.of("sh", "bash")) {
      ProcessBuilder builder = new ProcessBuilder(shell, launcher.toString(), "trace", "x");
      builder.environment().put("JAVA_HOME", jdk.toString());
      builder.environment().put("POSIXLY_CORRECT", "1");
      Process process = builder.redirectErrorStream(true).start();
      String out = text(process.getInputStream());
      assertEquals(2, process.waitFor(), out);
      assertEquals(1, out.lines().count(), out);
      assertTrue(out.startsWith("whosent: ") && out.contains(reason), out);
    }
  }

  @Test
  void theInstalledServerToo() throws Exception {
    Path lib = install();
    assertFalse(launch(jdk, "msa", "--config", "f").toString().contains("AOTCache"));
    launch(jdk, "warm-up", "msa");
    List<String> msa = launch(jdk, "msa", "--config", "f");
    Path made = Path.of(cache(msa).substring("-XX:AOTCache=".length()));
    assertTrue(Files.exists(made), made.toString());
    assertEquals(List.of("msa", "--config", "f"), msa.subList(msa.size() - 3, msa.size()));
    assertFalse(launch(jdk, "trace", "x").toString().contains("AOTCache"));
    Files.writeString(lib.resolve("msa-core.jar"), "another jar");
    assertFalse(launch(jdk, "msa", "--config", "f").toString().contains("AOTCache"));
    launch(jdk, "warm-up", "msa");
    assertTrue(launch(jdk, "msa", "--config", "f").toString().contains("AOTCache"));
    assertFalse(Files.exists(made));
    assertTrue(Files.exists(lib.resolve("msa-core.jar")));
  }

  @Test
  void theInstalledLookUpToo() throws Exception {
    Path lib = install();
    assertFalse(launch(jdk, "trace", "x").toString().contains("AOTCache"));
    launch(jdk, "warm-up", "msa");
    launch(jdk, "warm-up");
    List<String> trace = launch(jdk, "trace", "an input", "");
    Path made = Path.of(cache(trace).substring("-XX:AOTCache=".length()));
    assertTrue(Files.exists(made), made.toString());
    assertEquals(List.of("trace", "an input", ""), trace.subList(trace.size() - 3, trace.size()));
    assertTrue(trace.stream().anyMatch(a -> a.startsWith("-DZstdNativePath=")), trace.toString());
    assertNotEquals(cache(trace), cache(launch(jdk, "msa")), "the server has its own");
    try (Stream<Path> files = Files.list(lib)) {
      assertFalse(files.anyMatch(Files::isDirectory), "the data of the training run stays");
    }

    // Never one of other jars, flags or JDKs.
    assertFalse(launch(jdk("other"), "trace", "x").toString().contains("AOTCache"));
    assertEquals(cache(trace), cache(launch(jdk, "trace", "x")));
    Files.writeString(lib.resolve("msa-core.jar"), "another jar");
    assertFalse(launch(jdk, "trace", "x").toString().contains("AOTCache"));
    launch(jdk, "warm-up");
    assertTrue(launch(jdk, "trace", "x").toString().contains("AOTCache"));
    assertFalse(Files.exists(made), "caches of old jars pile up");
    Path launcher = top.resolve("whosent");
    String text = Files.readString(launcher).replace("-XX:+UseSerialGC", "-XX:+UseParallelGC");
    Files.writeString(launcher, text);
    assertFalse(launch(jdk, "trace", "x").toString().contains("AOTCache"));
  }

  @Test
  void anApostropheInThePathIsNoTrap() throws Exception {
    Path odd = jdk("jd'k; echo $(touch trap)");
    assertEquals(launch(odd, "trace", "x"), launch(odd, "trace", "x"));
    assertFalse(Files.exists(app.resolve("start")), "what could end the quotes is not kept");
  }
}
