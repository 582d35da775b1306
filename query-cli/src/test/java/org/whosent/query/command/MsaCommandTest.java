package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.Listener;
import org.whosent.msa.MsaServer;
import org.whosent.query.Program;

/** msa, user, key and demo: the real program. */
class MsaCommandTest {
  @TempDir Path directory;

  private Path configuration(String extra) throws Exception {
    return Files.writeString(
        directory.resolve("msa.yaml"),
        """
        hostname: msa.example.org
        data: ./data
        listeners:
          - {service: submission, address: 127.0.0.1, port: 0}
        tls: {certificate: cert.pem, key: key.pem}
        users: users.passwd
        nextHop: maildir:out
        """
            + extra);
  }

  @Test
  void saysReadyServesAndEndsInOrderOnSigterm() throws Exception {
    Path users = directory.resolve("users.passwd");
    assertEquals(0, addUser(users, "alice", "secret").status());
    Process msa = Program.command("msa", "--config", configuration("")).start();
    try (BufferedReader err =
        new BufferedReader(new InputStreamReader(msa.getErrorStream(), StandardCharsets.UTF_8))) {
      Matcher ready = null;
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        ready = Pattern.compile("ready .*127\\.0\\.0\\.1:([0-9]+)").matcher(line);
        if (ready.find()) {
          break;
        }
      }
      try (Socket client = new Socket("127.0.0.1", Integer.parseInt(ready.group(1)))) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        assertTrue(in.readLine().startsWith("220 msa.example.org "));
        msa.destroy();
        String last = in.readLine();
        assertTrue(last.startsWith("421 "), "a waiting client is told: " + last);
      }
      assertEquals(0, msa.waitFor());
    } finally {
      msa.destroyForcibly();
    }
    assertTrue(Files.exists(directory.resolve("data/journal")));
    Program.Result keys = Program.run("key", "list", "--data", directory.resolve("data"));
    assertEquals(1, keys.lines().size(), keys.err());
    assertEquals(
        2, Program.run("key", "rotate", "--data", directory.resolve("data")).lines().size());
  }

  @Test
  void readySaysAddressesAsTheyAreWrittenElsewhere() throws Exception {
    List<MsaServer.Bound> bound = new ArrayList<>();
    for (String address : List.of("192.0.2.1", "::1", "2001:db8:0:0:1:0:0:1")) {
      bound.add(
          new MsaServer.Bound(
              Listener.Service.SUBMISSION,
              new InetSocketAddress(InetAddress.getByName(address), 587)));
    }
    assertEquals(
        "ready submission=192.0.2.1:587 submission=[::1]:587 submission=[2001:db8::1:0:0:1]:587",
        MsaCommand.ready(bound));
  }

  @Test
  void allProblemsOfAConfigurationAreSaidAtOnce() throws Exception {
    Program.Result result =
        Program.run(
            "msa",
            "--config",
            configuration("localNetworks: [10.0.0.0/99]\nretention: ever\nnexthop: x\n"));
    assertEquals(2, result.status());
    assertEquals(3, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("did you mean 'nextHop'"), result.err());
    assertEquals(
        1, Program.run("msa", "--config", directory.resolve("absent.yaml")).err().lines().count());
    assertEquals(2, Program.run("msa").status());
  }

  private Program.Result check(Path configuration) throws Exception {
    return Program.run("msa", "--config", configuration, "--check");
  }

  private List<String> files() throws Exception {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void checkSaysWhatKeepsTheServerFromStartingAndWritesNothing() throws Exception {
    Path file = configuration("");
    Program.Result noUsers = check(file);
    assertEquals(2, noUsers.status());
    assertEquals(1, noUsers.err().lines().count(), noUsers.err());
    assertTrue(noUsers.err().contains("users.passwd: no such file; make it with"), noUsers.err());

    assertEquals(0, addUser(directory.resolve("users.passwd"), "alice", "secret").status());
    List<String> before = files();
    Program.Result good = check(file);
    assertEquals(0, good.status(), good.err());
    assertEquals(List.of(file + ": can be used"), good.lines());
    assertTrue(good.err().contains("cert.pem is not there"), good.err());
    assertEquals(before, files());

    refuses("localRecipients: absent\n", "absent: ");
    refuses(
        "oauth: {issuer: 'https://id.example', audience: a, userClaim: sub, jwks: none.json}\n",
        "none.json: ");
    refuses("nexthop: x\n", "did you mean 'nextHop'");
    Path certificate = Files.writeString(directory.resolve("cert.pem"), "none");
    refuses("", "key.pem is not");
    Path key = Files.writeString(directory.resolve("key.pem"), "none");
    refuses("", "cert.pem");
    Files.delete(certificate);
    Files.delete(key);
    Files.writeString(directory.resolve("data"), "a file");
    refuses("", "data: ");
  }

  private void refuses(String extra, String because) throws Exception {
    Program.Result result = check(configuration(extra));
    assertEquals(2, result.status(), result.err());
    assertTrue(result.err().contains(because), result.err());
  }

  private static Program.Result addUser(Path users, String name, String password) throws Exception {
    return Program.runWithInput(
        (password + "\n").getBytes(StandardCharsets.UTF_8), "user", "add", "--users", users, name);
  }

  @Test
  void usersAreAddedChangedSuspendedAndListed() throws Exception {
    Path users = directory.resolve("users.passwd");
    assertEquals(0, addUser(users, "Müller", "pass wörd").status());
    assertEquals(0, addUser(users, "bob", "x").status());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(users)));
    assertFalse(Files.readString(users).contains("wörd"));
    for (Program.Result refused :
        List.of(
            addUser(users, "BOB", "y"),
            addUser(users, "a:b", "y"),
            addUser(users, "a\nb", "y"),
            addUser(users, "carol", ""),
            Program.run("user", "suspend", "--users", users, "nobody"),
            Program.run("user", "add", "--users", users),
            Program.run("user", "dance", "--users", users, "bob"))) {
      assertEquals(2, refused.status(), refused.err());
      assertEquals(1, refused.err().lines().count(), refused.err());
    }
    String before = Files.readString(users);
    assertEquals(0, Program.run("user", "suspend", "--users", users, "BOB").status());
    assertEquals(
        List.of("Müller", "bob\tsuspended"), Program.run("user", "list", "--users", users).lines());
    assertEquals(0, Program.run("user", "list", "--users", users, "M\u00dcLLER").status());
    assertEquals(1, Program.run("user", "list", "--users", users, "carol").status());
    assertEquals(0, Program.run("user", "resume", "--users", users, "bob").status());
    assertEquals(before, Files.readString(users));
    assertEquals(
        0,
        Program.runWithInput(
                "new\n".getBytes(StandardCharsets.UTF_8), "user", "passwd", "--users", users, "bob")
            .status());
    assertFalse(before.equals(Files.readString(users)));
  }

  @Test
  void settingsOfAUser() throws Exception {
    Path users = directory.resolve("users.passwd");
    assertEquals(0, addUser(users, "alice", "secret").status());
    assertEquals(
        0, Program.run("user", "add", "--users", users, "--no-password", "token").status());
    String secrets = Files.readString(users).lines().findFirst().orElseThrow();
    assertEquals(
        0,
        Program.run(
                "user",
                "set",
                "--users",
                users,
                "ALICE",
                "maxPerHour=50",
                "from=a@example.org,@lists.example.org")
            .status());
    assertEquals(
        List.of(
            "alice\tfrom=a@example.org,@lists.example.org\tmaxPerHour=50", "token\tno-password"),
        Program.run("user", "list", "--users", users).lines());
    String before = Files.readString(users);
    for (String wrong :
        List.of(
            "maxPerHour=many",
            "maxPerHuor=5",
            "maxPerHour",
            "=5",
            "from=a b",
            "from=a@b:suspended=true",
            "from=x\nroot:*",
            "suspended=maybe",
            "scram-sha-256=x")) {
      Program.Result refused = Program.run("user", "set", "--users", users, "alice", wrong);
      assertEquals(2, refused.status(), wrong);
      assertEquals(1, refused.err().lines().count(), refused.err());
      assertEquals(before, Files.readString(users), wrong);
    }
    assertEquals(2, Program.run("user", "set", "--users", users, "alice").status());
    assertEquals(2, Program.run("user", "set", "--users", users, "nobody", "from=*").status());
    assertEquals(2, Program.run("user", "suspend", "--users", users, "alice", "from=*").status());
    assertEquals(
        0, Program.run("user", "set", "--users", users, "alice", "maxPerHour=", "from=").status());
    assertEquals(secrets, Files.readString(users).lines().findFirst().orElseThrow());
  }

  @Test
  void theDemoNamesTheRightUsersAndLeavesNothingBehind() throws Exception {
    ProcessBuilder builder = Program.command("demo");
    builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + directory);
    Path out = directory.resolve("demo.out");
    Process demo =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    demo.getOutputStream().close();
    assertEquals(0, demo.waitFor(), Files.readString(out));
    String text = Files.readString(out);
    assertTrue(text.contains("submitted by mallory (certain"), text);
    assertTrue(text.contains("submitted by bob"), text);
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(out), left.toList());
    }
  }
}
