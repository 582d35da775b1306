package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.query.Program;

/** Signals and privileges of the real msa command. */
class MsaOperationsTest {
  private static final String PLAIN =
      Base64.getEncoder().encodeToString("\0alice\0secret".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;
  private Process msa;
  private BufferedReader err;
  private int port;

  @BeforeEach
  void user() throws Exception {
    assertEquals(
        0,
        Program.runWithInput(
                "secret\n".getBytes(StandardCharsets.UTF_8),
                "user",
                "add",
                "--users",
                directory.resolve("users.passwd"),
                "alice")
            .status());
  }

  @AfterEach
  void stop() {
    if (msa != null) {
      msa.destroyForcibly();
    }
  }

  private Path configuration(String extra) throws IOException {
    return Files.writeString(
        directory.resolve("msa.yaml"),
        """
        hostname: msa.example.org
        data: ./data
        listeners:
          - {service: submissions, address: 127.0.0.1, port: 0}
        tls: {certificate: data/cert.pem, key: data/key.pem}
        users: users.passwd
        nextHop: maildir:data/out
        """
            + extra);
  }

  private void start(Path configuration) throws IOException {
    msa = Program.command("msa", "--config", configuration).start();
    err = new BufferedReader(new InputStreamReader(msa.getErrorStream(), StandardCharsets.UTF_8));
    port = Integer.parseInt(awaitLine("ready .*127\\.0\\.0\\.1:([0-9]+)").group(1));
  }

  private Matcher awaitLine(String pattern) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      seen.append(line).append('\n');
      Matcher m = Pattern.compile(pattern).matcher(line);
      if (m.find()) {
        return m;
      }
    }
    throw new AssertionError("no line with " + pattern + " in\n" + seen);
  }

  private void signal(String name) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, "" + msa.pid()).start().waitFor());
  }

  /** A client under TLS that trusts everybody. */
  private final class Client implements AutoCloseable {
    private final SSLSocket socket;
    private final BufferedReader in;

    Client() throws Exception {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
      Socket raw = new Socket(InetAddress.getLoopbackAddress(), port);
      raw.setSoTimeout(120_000);
      socket = (SSLSocket) context.getSocketFactory().createSocket(raw, "localhost", port, true);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertTrue(reply().startsWith("220 "));
    }

    String reply() throws IOException {
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = in.readLine();
      }
      return String.valueOf(line);
    }

    String say(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return reply();
    }

    Client login() throws IOException {
      assertTrue(say("EHLO c.example").startsWith("250"));
      assertEquals("235 2.7.0 authenticated", say("AUTH PLAIN " + PLAIN));
      return this;
    }

    Certificate certificate() throws IOException {
      return socket.getSession().getPeerCertificates()[0];
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void hangUpReadsConfigurationAndCertificateAgain() throws Exception {
    assumeTrue(!isHangUpIgnored(), "SKIPPED: whoever started this ignores SIGHUP (nohup does)");
    start(configuration(""));
    try (Client old = new Client().login()) {
      assertTrue(old.say("MAIL FROM:<who@elsewhere.example>").startsWith("250"));
      configuration("senders: everybody\n");
      signal("HUP");
      awaitLine("reload: .*senders: expected one of own, any");
      awaitLine("reload: nothing has changed");
      configuration("senders: own\nretention: 60d\n");
      Path key = directory.resolve("data/key.pem");
      Files.delete(key);
      Files.createSymbolicLink(key, key);
      signal("HUP");
      awaitLine("reload: .*/data/key\\.pem: .*[Ll]ink");
      awaitLine("reload: nothing has changed");
      Files.delete(directory.resolve("data/cert.pem"));
      Files.delete(key);
      signal("HUP");
      awaitLine("configuration and certificate read again");
      try (Client fresh = new Client().login()) {
        assertNotEquals(old.certificate(), fresh.certificate());
        assertTrue(fresh.say("MAIL FROM:<who@elsewhere.example>").startsWith("550 5.7.1"));
      }
      assertTrue(old.say("RCPT TO:<a@b.example>").startsWith("250"));
    }
    signal("TERM");
    assertEquals(0, msa.waitFor());
  }

  @Test
  void terminationTellsTheIdleAndWaitsForTheBusy() throws Exception {
    start(configuration("drainSeconds: 100\n"));
    try (Client idle = new Client().login();
        Client greeted = new Client();
        Client busy = new Client().login()) {
      assertTrue(busy.say("MAIL FROM:<alice@example.org>").startsWith("250"));
      assertTrue(busy.say("RCPT TO:<a@b.example>").startsWith("250"));
      assertTrue(busy.say("DATA").startsWith("354"));
      signal("TERM");
      assertTrue(idle.reply().startsWith("421 4.3.2"));
      assertEquals("null", idle.reply());
      assertTrue(greeted.reply().startsWith("421 4.3.2"));
      String taken = busy.say("Subject: x\r\n\r\nbody\r\n.");
      assertTrue(taken.startsWith("250 "), taken);
      assertTrue(busy.reply().startsWith("421 4.3.2"));
    }
    assertEquals(0, msa.waitFor());
    try (Stream<Path> mails = Files.list(directory.resolve("data/out/new"))) {
      assertEquals(1, mails.count());
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.readString(Path.of("/proc/self/status")).contains("\nUid:\t0\t0\t0\t0\n");
  }

  /** A signal that is ignored when a process starts stays so in the JVM. */
  private static boolean isHangUpIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    Matcher ignored =
        Pattern.compile("\nSigIgn:\t[0-9a-f]*([0-9a-f])\n").matcher(Files.readString(status));
    return ignored.find() && (Character.digit(ignored.group(1).charAt(0), 16) & 1) == 1;
  }

  private static void assumeRoot() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")) && isRoot(), "SKIPPED: this is not root");
  }

  @Test
  void everyThreadGivesUpRoot() throws Exception {
    assumeRoot();
    // What the account is to have it has; the directory above is root's.
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Path path : List.of(data, directory.resolve("users.passwd"))) {
      assertEquals(0, new ProcessBuilder("chown", "nobody", path.toString()).start().waitFor());
    }
    start(configuration("runAs: nobody\n"));
    try (Client client = new Client().login()) {
      int threads = 0;
      try (Stream<Path> tasks = Files.list(Path.of("/proc/" + msa.pid() + "/task"))) {
        for (Path task : tasks.toList()) {
          String status;
          try {
            status = Files.readString(task.resolve("status"));
          } catch (IOException e) {
            assertFalse(Files.exists(task), e.toString()); // or it has ended meanwhile
            continue;
          }
          assertTrue(status.matches("(?s).*\nUid:(\t[1-9][0-9]*){4}\n.*"), status);
          assertTrue(status.matches("(?s).*\nGid:(\t[1-9][0-9]*){4}\n.*"), status);
          assertTrue(status.matches("(?s).*\nGroups:\t[1-9][0-9]* ?\n.*"), status);
          assertTrue(status.contains("\nCapEff:\t0000000000000000\n"), status);
          assertTrue(status.contains("\nCapPrm:\t0000000000000000\n"), status);
          threads++;
        }
      }
      assertTrue(threads > 5, "only " + threads);
      assertTrue(client.say("MAIL FROM:<alice@example.org>").startsWith("250"));
      assertTrue(client.say("RCPT TO:<a@b.example>").startsWith("250"));
      assertTrue(client.say("DATA").startsWith("354"));
      assertTrue(client.say("Subject: x\r\n\r\nbody\r\n.").startsWith("250"));
      if (!isHangUpIgnored()) {
        signal("HUP");
        awaitLine("configuration and certificate read again");
      }
    }
    signal("TERM");
    assertEquals(0, msa.waitFor());
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        assertEquals("nobody", Files.getOwner(file).getName(), file.toString());
      }
    }
  }

  /** As /etc/ssl/private is not, on Debian, but for its group. */
  @Test
  void whatTheAccountMayNotLookAtIsNotSaidToBeAbsent() throws Exception {
    assumeRoot();
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path locked =
        Files.createDirectory(
            directory.resolve("locked"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    TlsMaterial.server(
        data.resolve("cert.pem"), locked.resolve("key.pem"), "msa.example.org", _ -> {});
    Files.move(directory.resolve("users.passwd"), locked.resolve("users.passwd"));
    assertEquals(0, new ProcessBuilder("chown", "nobody", data.toString()).start().waitFor());
    String text = Files.readString(configuration("runAs: nobody\n"));
    for (String[] change :
        new String[][] {
          {"data/key.pem", "locked/key.pem"}, {"users: users", "users: locked/users"}
        }) {
      Files.writeString(directory.resolve("users.passwd"), "");
      Files.setPosixFilePermissions(
          directory.resolve("users.passwd"), PosixFilePermissions.fromString("rw-r--r--"));
      Path file =
          Files.writeString(directory.resolve("msa.yaml"), text.replace(change[0], change[1]));
      Program.Result denied = Program.run("msa", "--config", file);
      assertEquals(2, denied.status(), denied.err());
      assertTrue(denied.err().contains(": permission denied for nobody"), denied.err());
      assertTrue(denied.err().contains("/locked/"), denied.err());
    }
  }

  @Test
  void rootIsNotKeptUnasked() throws Exception {
    assumeRoot();
    Path open =
        Files.writeString(
            directory.resolve("open.yaml"),
            Files.readString(configuration("")).replace("127.0.0.1", "0.0.0.0"));
    Program.Result refused = Program.run("msa", "--config", open);
    assertEquals(2, refused.status());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().contains("runAs: this is root"), refused.err());
    for (String identity : List.of("no-such-account", "nobody:no-such-group", "nobody:root")) {
      Program.Result wrong =
          Program.run("msa", "--config", configuration("runAs: " + identity + "\n"));
      assertEquals(2, wrong.status(), identity);
      assertEquals(1, wrong.err().lines().count(), wrong.err());
    }
    // Root's data directory is not the account's.
    Files.createDirectory(
        directory.resolve("data"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Program.Result denied = Program.run("msa", "--config", configuration("runAs: nobody\n"));
    assertEquals(2, denied.status());
    assertTrue(denied.err().contains("permission denied for nobody"), denied.err());
    start(configuration("runAs: root\n"));
  }
}
