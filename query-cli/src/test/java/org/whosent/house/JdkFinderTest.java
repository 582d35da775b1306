package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .mvn/jdk25.sh}, which the launcher and the Maven wrapper ask for a JDK. */
class JdkFinderTest {
  @TempDir Path directory;

  private Path jdk(String name, String version) throws Exception {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("modules"));
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private String find(Path javaHome, Path pathEntry) throws Exception {
    String script = Path.of(System.getProperty("whosent.root"), ".mvn/jdk25.sh").toString();
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", ". \"$1\"; echo \"$JDK25\"", "sh", script);
    builder.environment().remove("JAVA_HOME");
    if (javaHome != null) {
      builder.environment().put("JAVA_HOME", javaHome.toString());
    }
    builder.environment().put("PATH", (pathEntry == null ? "" : pathEntry + ":") + "/usr/bin:/bin");
    builder.environment().put("HOME", directory.toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.strip();
  }

  @Test
  void javaHomeWinsWhenItIsNewEnough() throws Exception {
    Path young = jdk("with blank", "25.0.3");
    assertEquals(young.toString(), find(young, null));
    Path younger = jdk("younger", "26");
    assertEquals(younger.toString(), find(younger, null));
  }

  @Test
  void anOlderJavaHomeIsPassedOverForThePath() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path young = jdk("young", "25");
    Path links = Files.createDirectories(directory.resolve("links"));
    Files.createSymbolicLink(links.resolve("java"), young.resolve("bin/java"));
    assertEquals(young.toRealPath().toString(), find(old, links));
    assertNotEquals(old.toString(), find(old, null));
    assertNotEquals(
        jdk("ancient", "1.8.0_412").toString(), find(directory.resolve("ancient"), null));
    assertNotEquals(directory.toString(), find(directory, null), "no JDK at all");
  }

  @Test
  void halfAJdkIsPassedOver() throws Exception {
    Path half = jdk("half", "25.0.3");
    Files.delete(half.resolve("lib/modules"));
    assertNotEquals(half.toString(), find(half, null));
  }
}
