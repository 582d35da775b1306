package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.msa.auth.LoginSecret;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.msa.auth.dovecot.DovecotSettings;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;

/** Passwords that a real Dovecot checks, where one is installed. */
class DovecotUsersTest {
  private static final String NO_PENALTY = "mode = 0";

  /** Another than the one that is installed, by {@code -Ddovecot=}. */
  private static final String DOVECOT = System.getProperty("dovecot", "/usr/sbin/dovecot");

  private static final String STORES_OF_2_3 =
      """
      passdb {
        driver = passwd-file
        args = username_format=%%u %1$s/masters
        master = yes
      }
      passdb {
        driver = passwd-file
        args = username_format=%%u %1$s/passwd
      }
      userdb {
        driver = static
        args = uid=65534 gid=65534 home=/nonexistent
      }
      """;

  private static final String STORES_OF_2_4 =
      """
      passdb masters {
        driver = passwd-file
        auth_username_format = %%{user}
        passwd_file_path = %1$s/masters
        master = yes
      }
      passdb users {
        driver = passwd-file
        auth_username_format = %%{user}
        passwd_file_path = %1$s/passwd
      }
      userdb static {
        driver = static
        fields {
          uid = 65534
          gid = 65534
          home = /nonexistent
        }
      }
      """;

  /** Short, because the path of a socket may have 108 octets. */
  private Path directory;

  private FakeHop hop;
  private Process dovecot;

  @BeforeEach
  void start() throws Exception {
    directory = Files.createTempDirectory(Path.of("/tmp"), "wsdc");
    hop = new FakeHop();
  }

  @AfterEach
  void stop() throws Exception {
    hop.close();
    if (dovecot != null) {
      dovecot.destroy();
      dovecot.waitFor(60, TimeUnit.SECONDS);
    }
    new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
  }

  private static String word(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes()).strip();
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Starts it.
   *
   * @param penalty what stands in {@code unix_listener anvil-auth-penalty}, by whose word Dovecot
   *     makes a client that guesses wait: longer each time, up to 15 seconds
   */
  private void startDovecot(String penalty) throws Exception {
    String version = word(DOVECOT, "--version");
    boolean old = version.startsWith("2.3.");
    boolean known = old || version.startsWith("2.4.");
    assumeTrue(known, "SKIPPED: no Dovecot 2.3 or 2.4 is installed: " + version);
    assumeTrue(word("id", "-u").equals("0"), "SKIPPED: Dovecot wants to be started as root");
    Files.writeString(
        directory.resolve("passwd"),
        "alice@example.org:{PLAIN}sec ret\ncarol@example.org:{PLAIN}x\n"
            + "dora@example.org:{PLAIN}x::::::nologin=yes\n"
            + "erin@example.org:::::::proxy=y host=192.0.2.1 nopassword=y\n"
            + "gina@example.org:::::::proxy_maybe=y host=192.0.2.1 nopassword=y\n");
    Files.writeString(directory.resolve("masters"), "admin:{PLAIN}master\n");
    Path configuration =
        Files.writeString(
            directory.resolve("dovecot.conf"),
            (old ? "" : "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n")
                + """
                base_dir = %1$s/run
                state_dir = %1$s/run
                log_path = %1$s/log
                protocols =
                ssl = no
                auth_mechanisms = plain
                default_internal_user = nobody
                default_login_user = nobody
                default_internal_group = nogroup
                auth_failure_delay = 0 secs
                service anvil {
                  chroot =
                  unix_listener anvil-auth-penalty {
                    %2$s
                  }
                }
                service auth {
                  unix_listener auth-client {
                    mode = 0600
                    user = root
                  }
                  user = root
                }
                auth_master_user_separator = *
                """
                    .formatted(directory, penalty)
                + (old ? STORES_OF_2_3 : STORES_OF_2_4).formatted(directory));
    dovecot =
        new ProcessBuilder(DOVECOT, "-F", "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    Path socket = directory.resolve("run/auth-client");
    for (int i = 0; i < 600 && !Files.exists(socket) && dovecot.isAlive(); i++) {
      Thread.sleep(100);
    }
    assertTrue(Files.exists(socket), Files.readString(directory.resolve("out")));
  }

  private TestServer server() throws IOException {
    Files.writeString(
        directory.resolve("users"),
        "carol@example.org:*:suspended=true\nalice@example.org:*:from=@example.org\n");
    return new TestServer(
        directory,
        hop.uri(),
        "maxLoginFailures: 50;userStore: dovecot:" + directory.resolve("run/auth-client"));
  }

  private static void attempt(Dialogue client, String user, String password, String expected)
      throws IOException {
    client.send("AUTH PLAIN " + Dialogue.plain("", user, password)).expect(expected);
  }

  @Test
  void realDovecot() throws Exception {
    startDovecot(NO_PENALTY);
    try (TestServer server = server();
        Dialogue client = server.submissions().handshake().expect("220")) {
      client.send("EHLO c.example").expect("250");
      assertTrue(client.transcript().contains("250 AUTH PLAIN LOGIN\n"), client.transcript());
      attempt(client, "alice@example.org", "wrong", "535");
      attempt(client, "nobody@example.org", "sec ret", "535");
      attempt(client, "alice@example.org\tuser=root", "sec ret", "535");
      attempt(client, "alice@example.org\nAUTH", "sec ret", "535");
      attempt(client, "dora@example.org", "x", "535");
      // A proxy that leaves the password to the server behind it takes any.
      attempt(client, "erin@example.org", "whatever", "535");
      attempt(client, "gina@example.org", "whatever", "535");
      attempt(client, "carol@example.org", "x", "535");
      // Dovecot lets a master user in as alice, who would then be named for what admin sends.
      attempt(client, "alice@example.org*admin", "master", "535");
      attempt(client, "ALICE@Example.org", "sec ret", "235");
      client.send("MAIL FROM:<alice@elsewhere.example>").expect("550 5.7.1");
      client.send("MAIL FROM:<sales@example.org>").expect("250");
      client.send("RCPT TO:<a@b.example>").expect("250");
      client.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      // The user file has the last word, at once.
      Files.writeString(directory.resolve("users"), "alice@example.org:*:suspended=true\n");
      client.send("MAIL FROM:<sales@example.org>").expect("421");
      assertEquals("alice@example.org", server.submissionRecords().getFirst().user());
      List<String> reasons =
          server.journal().stream()
              .filter(JournalEntry.LoginFailure.class::isInstance)
              .map(e -> ((JournalEntry.LoginFailure) e).reason())
              .toList();
      assertEquals(List.of("suspended"), reasons.subList(7, 8));
    }
  }

  /** As 2.3 and as 2.4 say it. */
  @Test
  void whoIsNotToLogInHereDoesNotHoweverDovecotSaysIt() throws Exception {
    Path socket = directory.resolve("auth");
    AtomicReference<String> answer = new AtomicReference<>("");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket));
      Thread.startVirtualThread(() -> answerAll(listening, answer));
      try (TestServer server =
              new TestServer(
                  directory,
                  hop.uri(),
                  "maxLoginFailures: 50;maxLoginFailuresPerAccount: 50;userStore: dovecot:"
                      + socket);
          Dialogue client = server.submissions().handshake().expect("220")) {
        client.send("EHLO c.example").expect("250");
        for (String field :
            List.of(
                "nologin",
                "nologin=yes",
                "proxy\thost=192.0.2.1",
                "proxy=\thost=192.0.2.1",
                "proxy_maybe=\thost=192.0.2.1",
                "proxy=y\tnologin",
                "original_user=admin\tauth_user=admin")) {
          answer.set("OK\t1\tuser=alice@example.org\t" + field + "\n");
          attempt(client, "alice@example.org", "sec ret", "535");
        }
        // 2.4 says as what it was typed.
        answer.set("OK\t1\tuser=alice@example.org\toriginal_user=ALICE@example.org\n");
        attempt(client, "ALICE@example.org", "sec ret", "235");
      }
    }
  }

  private static void answerAll(ServerSocketChannel listening, AtomicReference<String> answer) {
    while (listening.isOpen()) {
      try (SocketChannel client = listening.accept()) {
        client.write(
            StandardCharsets.US_ASCII.encode("VERSION\t1\t3\nMECH\tPLAIN\tplaintext\nDONE\n"));
        String said = "";
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (!said.contains("resp=") && client.read(buffer.clear()) >= 0) {
          said += StandardCharsets.US_ASCII.decode(buffer.flip());
        }
        client.write(StandardCharsets.US_ASCII.encode(answer.get()));
      } catch (IOException e) {
        // It only wanted to know whether somebody listens, or the test is over.
      }
    }
  }

  /** The longest that Dovecot makes anybody wait. */
  @Test
  void anAnswerThatDovecotHoldsBackIsWaitedFor() throws Exception {
    String version = word(DOVECOT, "--version");
    assumeTrue(
        version.startsWith("2.3."),
        "SKIPPED: the guesses are set as Dovecot 2.3 is told: " + version);
    startDovecot("mode = 0600");
    try (TestServer server = server();
        SocketChannel penalties = SocketChannel.open(StandardProtocolFamily.UNIX);
        Dialogue client = server.submissions().handshake().expect("220")) {
      // As if this client had guessed four times, for which the tests need not wait too.
      penalties.connect(UnixDomainSocketAddress.of(directory.resolve("run/anvil-auth-penalty")));
      penalties.write(
          StandardCharsets.US_ASCII.encode(
              "VERSION\tanvil\t1\t0\nPENALTY-INC\t127.0.0.1\t1\t4\nPENALTY-GET\t127.0.0.1\n"));
      ByteBuffer answer = ByteBuffer.allocate(64);
      penalties.read(answer);
      assertEquals("4 ", new String(answer.array(), 0, 2, StandardCharsets.US_ASCII));
      client.send("EHLO c.example").expect("250");
      attempt(client, "alice@example.org", "sec ret", "235");
    }
  }

  @Test
  void manyAtOneTimeAndNoneWhenItIsDown() throws Exception {
    startDovecot(NO_PENALTY);
    try (TestServer server = server()) {
      Thread[] threads = new Thread[20];
      java.util.concurrent.atomic.AtomicInteger passed =
          new java.util.concurrent.atomic.AtomicInteger();
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            Thread.startVirtualThread(
                () -> {
                  try (Dialogue client = server.submissions().handshake().expect("220")) {
                    client.send("EHLO c.example").expect("250");
                    attempt(client, "alice@example.org", "sec ret", "235");
                    passed.incrementAndGet();
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(threads.length, passed.get());
      dovecot.destroy();
      dovecot.waitFor();
      try (Dialogue client = server.submissions().handshake().expect("220")) {
        client.send("EHLO c.example").expect("250");
        attempt(client, "alice@example.org", "sec ret", "454 4.7.0");
      }
    }
  }

  @Test
  void aLoginThatCannotBeCheckedIsSaidInWords() throws Exception {
    try (TestServer server = server();
        Dialogue client = server.submissions().handshake().expect("220")) {
      client.send("EHLO c.example").expect("250");
      attempt(client, "alice@example.org", "sec ret", "454 4.7.0");
      String socket = directory.resolve("run/auth-client").toString();
      String line =
          "users: cannot be looked up now: dovecot: " + socket + ": No such file or directory\n";
      assertTrue(server.log().contains(line), server.log());
    }
  }

  /** Or whoever tries it often enough fills the disk with the log. */
  @Test
  void aDovecotThatIsAwayIsOneLineInTheLogAndAllInTheJournal() throws Exception {
    try (TestServer server = server();
        Dialogue client = server.submissions().handshake().expect("220")) {
      client.send("EHLO c.example").expect("250");
      for (int i = 0; i < 5; i++) {
        attempt(client, "alice@example.org", "sec ret", "454 4.7.0");
      }
      assertEquals(2, server.log().split("cannot be looked up now", -1).length, server.log());
      List<String> refusals =
          server.journal().stream()
              .filter(JournalEntry.Refusal.class::isInstance)
              .map(JournalEntry.Refusal.class::cast)
              .map(r -> r.command() + " " + r.client() + " " + r.reply())
              .toList();
      String one = "AUTH 127.0.0.1 454 4.7.0 temporary authentication failure";
      assertEquals(List.of(one, one, one, one, one), refusals);
    }
  }

  @Test
  void aSocketWhereNobodyListensIsSaidAtTheStart() throws Exception {
    Path socket = directory.resolve("auth");
    List<String> log = new ArrayList<>();
    UserDirectory listed =
        new UserDirectory(
            Files.writeString(directory.resolve("users"), ""),
            Duration.ofMinutes(1),
            LoginSecret.readOrCreate(directory.resolve("login-secret")),
            log::add);
    DovecotSettings settings = new DovecotSettings(socket);
    settings.open(listed, log::add).close();
    assertEquals(1, log.size(), log.toString());
    assertTrue(log.getFirst().contains(socket + ": "), log.getFirst());
    assertTrue(log.getFirst().contains("nobody can log in"), log.getFirst());
    // A socket that a Dovecot left behind.
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket));
      settings.open(listed, log::add).close();
      assertEquals(1, log.size(), "somebody listens: " + log);
    }
    settings.open(listed, log::add).close();
    assertEquals(2, log.size(), log.toString());
  }
}
