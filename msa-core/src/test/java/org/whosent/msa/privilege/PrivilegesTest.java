package org.whosent.msa.privilege;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that begin with more than root's usual rights, and less. */
class PrivilegesTest {
  /** Runs in a process of its own. */
  static final class Become {
    private Become() {}

    public static void main(String[] arguments) throws IOException {
      String group = arguments.length > 1 ? arguments[1] : null;
      try {
        Privileges.become(new Privileges.Identity(arguments[0], group));
      } catch (IOException e) {
        System.out.println("refused: " + e.getMessage());
        return;
      }
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.matches("(Uid|Gid|Groups|CapEff|CapPrm):.*")) {
          System.out.println(line.strip().replace('\t', ' '));
        }
      }
    }
  }

  /** Where the account can read the classes: a home of root's it cannot. */
  @TempDir Path classes;

  @BeforeEach
  void needRoot() throws Exception {
    assumeTrue(
        Privileges.isRoot() && Files.exists(Path.of("/usr/bin/setpriv")),
        "SKIPPED: this is not root, or there is no setpriv");
    Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Class<?> known : List.of(Privileges.class, PrivilegesTest.class)) {
      Path from =
          Path.of(known.getProtectionDomain().getCodeSource().getLocation().toURI())
              .resolve(known.getPackageName().replace('.', '/'));
      Path to = Files.createDirectories(classes.resolve(known.getPackageName().replace('.', '/')));
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }

  private List<String> become(List<String> begun, String... wanted) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/setpriv"));
    command.addAll(begun);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classes.toString()));
    command.add(Become.class.getName());
    command.addAll(List.of(wanted));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.lines().toList();
  }

  private static String id(String option) throws Exception {
    Process id = new ProcessBuilder("id", option, "nobody").start();
    String out = new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assumeTrue(id.waitFor() == 0, "SKIPPED: there is no account nobody");
    return out;
  }

  @Test
  void groupsOfWhoStartedItAreGone() throws Exception {
    String uid = id("-u");
    String gid = id("-g");
    List<String> became = become(List.of("--groups=4,5,0,4711"), "nobody");
    assertEquals(
        List.of(
            "Uid: %1$s %1$s %1$s %1$s".formatted(uid),
            "Gid: %1$s %1$s %1$s %1$s".formatted(gid),
            "Groups: " + id("-G"),
            "CapPrm: 0000000000000000",
            "CapEff: 0000000000000000"),
        became);
  }

  /** With this bit the kernel leaves a process that was root its capabilities. */
  @Test
  void capabilitiesThatStayEndTheStart() throws Exception {
    List<String> refused = become(List.of("--securebits=+no_setuid_fixup"), "nobody");
    assertEquals(1, refused.size(), refused.toString());
    assertTrue(refused.getFirst().contains(" has other rights than the account"), refused + "");
    assertTrue(refused.getFirst().contains(": Cap"), refused + "");
  }

  @Test
  void anAccountThatCanBecomeRootAgainIsRefused() throws Exception {
    String uid = id("-u");
    String gid = id("-g");
    List<String> half =
        become(List.of("--euid=" + uid, "--regid=" + gid, "--clear-groups"), "nobody");
    assertEquals(1, half.size(), half.toString());
    assertTrue(half.getFirst().endsWith("Uid: 0 %1$s %1$s %1$s".formatted(uid)), half + "");
    List<String> group =
        become(List.of("--reuid=" + uid, "--regid=" + gid, "--groups=0"), "nobody");
    assertEquals(1, group.size(), group.toString());
    assertTrue(group.getFirst().endsWith("Groups: 0"), group + "");
    List<String> primary =
        become(List.of("--reuid=" + uid, "--regid=0", "--clear-groups"), "nobody");
    assertEquals(1, primary.size(), primary.toString());
    assertTrue(primary.getFirst().endsWith("Gid: 0 0 0 0"), primary + "");
  }

  @Test
  void anAccountKeepsWhatItWasGivenAtItsStart() throws Exception {
    String uid = id("-u");
    List<String> began = List.of("--reuid=" + uid, "--regid=7", "--groups=8,9");
    List<String> kept = become(began, "nobody");
    assertTrue(kept.contains("Gid: 7 7 7 7"), kept.toString());
    assertTrue(kept.contains("Groups: 8 9"), kept.toString());
    List<String> named = become(began, "nobody", "daemon");
    assertEquals(1, named.size(), named.toString());
    assertTrue(named.getFirst().endsWith("Gid: 7 7 7 7"), named + "");
  }
}
