package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.whosent.msa.support.TestServer;

/** The user file, changed by commands and read by a server. */
class UserFileTest {
  @TempDir Path directory;
  private Path path;
  private UserFile file;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void start() {
    path = directory.resolve("users");
    file = new UserFile(path);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private LoginResult login(UserDirectory users, String name, String password) throws Exception {
    return users.authenticate(name, bytes(password), LoginOrigins.HERE, _ -> {});
  }

  private static void assertRefused(String reason, LoginResult result) {
    assertEquals(new LoginResult.Refused(reason), result);
  }

  @Test
  void addChangeSuspendResume() throws Exception {
    file.add("Alice Ä@example.org", "secret".toCharArray());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    UserDirectory users =
        new UserDirectory(path, java.time.Duration.ofSeconds(60), LoginSecret.random(), log::add);
    LoginResult result = login(users, "alice ä@EXAMPLE.org", "secret");
    assertEquals(
        "Alice Ä@example.org",
        assertInstanceOf(LoginResult.Authenticated.class, result).user().name());
    assertRefused("wrong-secret", login(users, "alice ä@example.org", "Secret"));
    assertRefused("unknown-user", login(users, "bob", "secret"));

    file.setPassword("ALICE ä@example.org", "other".toCharArray());
    assertRefused("wrong-secret", login(users, "alice ä@example.org", "secret"));
    assertInstanceOf(LoginResult.Authenticated.class, login(users, "alice ä@example.org", "other"));

    file.suspend("alice Ä@example.org");
    assertTrue(file.list().getFirst().suspended());
    assertRefused("suspended", login(users, "alice ä@example.org", "other"));
    assertRefused("wrong-secret", login(users, "alice ä@example.org", "wrong"));
    file.resume("alice Ä@example.org");
    assertFalse(file.list().getFirst().suspended());
    assertInstanceOf(LoginResult.Authenticated.class, login(users, "alice ä@example.org", "other"));
  }

  @Test
  void operatorsMistakes() throws Exception {
    file.add("alice", "x".toCharArray());
    for (String name :
        List.of(
            "",
            " a",
            "a ",
            "a:b",
            "a\nb",
            "a\u0007",
            "#a",
            "a\u202eb",
            // Each looks like "alice" or like nothing.
            "alice\u00a0",
            "al\u034fice",
            "alice\ufe0f",
            "alice\u3164",
            "\u2800",
            "alice\udb40\udd00",
            "m\ufffdller",
            "ALICE",
            "x".repeat(321))) {
      IOException e =
          assertThrows(
              UserFile.UserFileException.class, () -> file.add(name, "x".toCharArray()), name);
      assertFalse(e.getMessage().matches("(?s).*\\p{Cntrl}.*"), "unprintable: " + name);
    }
    assertThrows(UserFile.UserFileException.class, () -> file.add("b", new char[0]));
    assertThrows(UserFile.UserFileException.class, () -> file.add("b", new char[] {'a', 0}));
    assertThrows(UserFile.UserFileException.class, () -> file.suspend("nobody"));
    UserFile absent = new UserFile(directory.resolve("absent"));
    IOException none =
        assertThrows(UserFile.UserFileException.class, () -> absent.suspend("alice"));
    assertTrue(none.getMessage().contains("absent: no such file"), none.getMessage());
    assertFalse(Files.exists(directory.resolve("absent.lock")), "left beside a mistyped name");
    assertEquals(1, file.list().size());
  }

  /** Root could replace a device, and a lock would lie beside a directory. */
  @Test
  void whatIsNoFileIsLeftAlone() throws Exception {
    Path among = Files.createDirectory(directory.resolve("among"));
    Path pipe = among.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path inside = Files.createDirectory(among.resolve("users"));
    for (Path wrong : List.of(pipe, inside, Path.of(""))) {
      UserFile users = new UserFile(wrong);
      UserFile.UserFileException refusal =
          assertThrows(
              UserFile.UserFileException.class, () -> users.add("bob", "secret".toCharArray()));
      assertTrue(refusal.getMessage().contains(wrong + ": is") || wrong.equals(Path.of("")));
      assertThrows(UserFile.UserFileException.class, () -> users.suspend("bob"));
    }
    assertThrows(UserFile.UserFileException.class, new UserFile(inside)::list);
    assertThrows(UserFile.UserFileException.class, new UserFile(Path.of(""))::list);
    try (Stream<Path> left = Files.list(among)) {
      assertEquals(List.of(pipe, inside), left.sorted().toList());
    }
  }

  @Test
  void commentsAndUnknownSettingsStay() throws Exception {
    String hash = TestServer.hash("x");
    Files.writeString(
        path, "# ours\n\nalice:" + hash + ":quota=5 note=a=b\nbob:" + hash + ":suspended=true\n");
    file.suspend("alice");
    file.add("carol", "x".toCharArray());
    List<String> lines = Files.readAllLines(path);
    assertEquals("# ours", lines.get(0));
    assertEquals("", lines.get(1));
    assertEquals("alice:" + hash + ":note=a=b:quota=5:suspended=true", lines.get(2));
    assertEquals("bob:" + hash + ":suspended=true", lines.get(3));
    assertTrue(lines.get(4).startsWith("carol:$argon2id$"));
    Files.writeString(path, "alice:plain\n");
    IOException e = assertThrows(UserFile.UserFileException.class, () -> file.suspend("alice"));
    assertTrue(e.getMessage().contains("users:1: "), e.getMessage());
    assertFalse(e.getMessage().contains("plain"), "shows what may be a password");
  }

  @Test
  void aServerServesTheLinesThatAreRight() throws Exception {
    String hash = TestServer.hash("x");
    Files.writeString(
        path,
        "good:"
            + hash
            + "\nbad\nworse:x\nTwice:"
            + hash
            + "\ntwice:"
            + hash
            + "\nodd:"
            + hash
            + ":suspended=perhaps\n");
    UserDirectory users =
        new UserDirectory(path, java.time.Duration.ofSeconds(60), LoginSecret.random(), log::add);
    assertInstanceOf(LoginResult.Authenticated.class, login(users, "good", "x"));
    for (String name : List.of("bad", "worse", "twice", "odd")) {
      assertRefused("unknown-user", login(users, name, "x"));
    }
    assertEquals(4, log.size(), log.toString());

    Files.delete(path);
    assertThrows(IOException.class, () -> login(users, "good", "x"));
    Files.writeString(path, "new:" + hash + "\n");
    assertInstanceOf(LoginResult.Authenticated.class, login(users, "new", "x"));
    assertRefused("unknown-user", login(users, "good", "x"));
    Files.writeString(path, "");
    assertRefused("unknown-user", login(users, "new", "x"));
  }

  @Test
  void aLineThatCannotBeReadLetsNobodyInWhomOthersVouchFor() throws Exception {
    Files.writeString(
        path,
        "Alice:*:suspended=ture\nbob:*\nBOB:*:suspended=true\n carol:*\ndora\n"
            + "eve:*:suspended=true\neve:*:maxPerHour=many\n");
    UserDirectory users =
        new UserDirectory(path, java.time.Duration.ofSeconds(60), LoginSecret.random(), log::add);
    for (String name : List.of("alice", "Bob", "carol", "dora", "eve")) {
      assertRefused("unknown-user", users.vouchedFor(name, false));
    }
    // Nor is one let in whose line comes after a byte order mark.
    Files.writeString(path, "\ufeffgrace:*:suspended=true\n" + Files.readString(path));
    assertRefused("suspended", users.vouchedFor("grace", false));
    LoginResult frank = users.vouchedFor("frank", false);
    User in = assertInstanceOf(LoginResult.Authenticated.class, frank).user();
    assertTrue(users.stillTheSame(in).isPresent());
    Files.writeString(path, "frank:*:suspended=ja\n");
    assertTrue(users.stillTheSame(in).isEmpty(), "an open session ends too");
  }

  /** A file of root's that the server's group may read must not become root's alone. */
  @Test
  void ownerGroupAndPermissionsStay() throws Exception {
    file.add("alice", "x".toCharArray());
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    boolean root = System.getProperty("user.name").equals("root");
    if (root) {
      Files.setAttribute(path, "unix:uid", 65534);
      Files.setAttribute(path, "unix:gid", 8);
    }
    file.suspend("alice");
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    if (root) {
      assertEquals(65534, Files.getAttribute(path, "unix:uid"));
      assertEquals(8, Files.getAttribute(path, "unix:gid"));
      assertEquals(65534, Files.getAttribute(directory.resolve("users.lock"), "unix:uid"));
    }
  }

  @Test
  void aLinkInTheLocksPlaceIsNotFollowed() throws Exception {
    file.add("alice", "x".toCharArray());
    Path elsewhere = directory.resolve("elsewhere");
    Files.delete(directory.resolve("users.lock"));
    Files.createSymbolicLink(directory.resolve("users.lock"), elsewhere);
    assertThrows(IOException.class, () -> file.suspend("alice"));
    assertFalse(Files.exists(elsewhere));
  }

  @Test
  void aFileInAnotherEncodingIsNamed() throws Exception {
    Files.writeString(path, "j\u00f6rg:*\n", StandardCharsets.ISO_8859_1);
    IOException e = assertThrows(IOException.class, file::list);
    assertTrue(e.getMessage().startsWith(path + ": not UTF-8"), e.getMessage());
  }

  @Test
  void scramIsForEverybodyOnlyWhenNobodyWithAPasswordIsLeftOut() throws Exception {
    file.add("alice", "x".toCharArray());
    String verifier = file.list().getFirst().settings().get("scram-sha-256");
    Files.writeString(
        path, "alice:*:scram-sha-256=" + verifier + "\nbob:" + TestServer.hash("x") + "\n");
    UserDirectory users =
        new UserDirectory(path, java.time.Duration.ofSeconds(60), LoginSecret.random(), log::add);
    assertEquals(UserStore.ScramCoverage.SOME, users.scramCoverage());
    Files.writeString(path, "alice:*:scram-sha-256=" + verifier + "\n");
    assertEquals(UserStore.ScramCoverage.EVERYBODY, users.scramCoverage());
  }

  @Test
  void concurrentChangesAllCount() throws Exception {
    file.add("first", "x".toCharArray());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "user" + i;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  new UserFile(path).add(name, "x".toCharArray());
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(9, file.list().size());
  }

  /**
   * A user's hash is of one kind until the password changes; a stranger's must not be told by it.
   */
  @Test
  void theHashOfANameThatIsNobodysKeepsItsKind() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String salt = "salt" + (1000 + i * 7919 % 9000);
      lines
          .append("u" + i + ":")
          .append(
              i % 2 == 0
                  ? TestServer.hash("p").replace("saltsalt", salt)
                  : "$2b$04$" + salt + "5678901234" + "u".repeat(53 - 18))
          .append('\n');
    }
    Files.writeString(path, lines);
    UserDirectory users =
        new UserDirectory(path, java.time.Duration.ZERO, LoginSecret.random(), log::add);
    List<PasswordHash> kinds = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      kinds.add(PasswordHash.of(users.somebodysHash("nobody" + i)));
    }
    Files.writeString(path, lines + "another:" + TestServer.hash("p") + "\n");
    int others = 0;
    for (int i = 0; i < 500; i++) {
      others += PasswordHash.of(users.somebodysHash("nobody" + i)) == kinds.get(i) ? 0 : 1;
    }
    assertEquals(201, users.size(), log.toString());
    assertTrue(others < 25, others + " of 500 have another kind of hash because a user was added");
  }
}
