package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.TestServer;

/** What is remembered of a password, and how soon it is not. */
class ProvenPasswordsTest {
  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static User user(String name, String hash) {
    return new User(name, hash, Map.of());
  }

  @Test
  void onlyThisPasswordOfThisUserAndThisHash() {
    ProvenPasswords proven = new ProvenPasswords(Duration.ofHours(1));
    proven.add(user("alice", "$h1"), bytes("secret"));
    assertTrue(proven.holds(user("alice", "$h1"), bytes("secret")));
    assertFalse(proven.holds(user("alice", "$h1"), bytes("Secret")));
    assertFalse(proven.holds(user("alice", "$h1"), bytes("")));
    assertFalse(proven.holds(user("bob", "$h1"), bytes("secret")));
    assertFalse(proven.holds(user("alice", "$h2"), bytes("secret")));
    assertFalse(
        new ProvenPasswords(Duration.ofHours(1)).holds(user("alice", "$h1"), bytes("secret")));
  }

  @Test
  void timeAndNumberAreBounded() {
    for (Duration none : new Duration[] {Duration.ZERO, Duration.ofNanos(1)}) {
      ProvenPasswords proven = new ProvenPasswords(none);
      proven.add(user("alice", "$h1"), bytes("secret"));
      assertFalse(proven.holds(user("alice", "$h1"), bytes("secret")));
    }
    ProvenPasswords proven = new ProvenPasswords(Duration.ofHours(1));
    for (int i = 0; i <= 10_000; i++) {
      proven.add(user("u" + i, "$h"), bytes("p"));
    }
    assertFalse(proven.holds(user("u0", "$h"), bytes("p")), "the eldest made room");
    assertTrue(proven.holds(user("u1", "$h"), bytes("p")));
    assertTrue(proven.holds(user("u10000", "$h"), bytes("p")));
  }

  @Test
  void hashedOnceAndAgainAfterAnyChangeOfTheFile() throws Exception {
    Path file = directory.resolve("users");
    String alice = "alice:" + TestServer.hash("secret");
    Files.writeString(file, alice + "\n");
    UserDirectory users =
        new UserDirectory(file, Duration.ofHours(1), LoginSecret.random(), _ -> {});
    for (int i = 0; i < 5; i++) {
      assertInstanceOf(
          LoginResult.Authenticated.class,
          users.authenticate("ALICE", bytes("secret"), LoginOrigins.HERE, _ -> {}));
    }
    assertEquals(1, users.hashed());
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          LoginResult.Refused.class,
          users.authenticate("alice", bytes("wrong"), LoginOrigins.HERE, _ -> {}));
    }
    assertEquals(4, users.hashed(), "a wrong password is never remembered");
    Files.writeString(file, alice + "\n# a comment\n");
    users.authenticate("alice", bytes("secret"), LoginOrigins.HERE, _ -> {});
    assertEquals(5, users.hashed());
    Files.writeString(file, alice + ":suspended=true\n");
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          LoginResult.Refused.class,
          users.authenticate("alice", bytes("secret"), LoginOrigins.HERE, _ -> {}));
    }
    assertEquals(8, users.hashed(), "how long it takes would say that the password is right");
    Files.writeString(file, "alice:" + TestServer.hash("other") + "\n");
    assertInstanceOf(
        LoginResult.Refused.class,
        users.authenticate("alice", bytes("secret"), LoginOrigins.HERE, _ -> {}));
  }
}
