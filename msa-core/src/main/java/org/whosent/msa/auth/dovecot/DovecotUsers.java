package org.whosent.msa.auth.dovecot;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.ExternalUsers;
import org.whosent.msa.auth.LoginOrigin;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.record.Addresses;
import org.whosent.record.IoReason;

/**
 * Asks a Dovecot about passwords, by its authentication protocol (version 1) as a client like
 * Postfix. Thread-safe; a connection for each login, since they are to a socket on this machine.
 *
 * <p>The name that counts is the one that Dovecot gives back, by its own rules of spelling. A
 * master user, who logs in as somebody else ({@code alice*admin}), is refused as whoever asks to
 * act for others is: the record would name who did not send. What a proxy lets in is refused too,
 * since it may check nothing. Known weak: what Dovecot changes after the login (a password, a
 * deletion) open sessions do not hear of; {@code suspended=true} in the user file they do.
 */
final class DovecotUsers extends ExternalUsers {
  /** Dovecot makes those who guess wait up to 15 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MAX_LINE = 8192;
  private static final int MAX_LINES = 200;

  /** Dovecot's own default is 4096 clients, shared with its other services. */
  private static final int MAX_OPEN = 64;

  private final Path socket;
  private final Consumer<String> log;
  private final Duration patience;

  DovecotUsers(Path socket, UserDirectory listed, Consumer<String> log) {
    this(socket, listed, log, PATIENCE);
  }

  /** With another patience: for a test that has less. */
  DovecotUsers(Path socket, UserDirectory listed, Consumer<String> log, Duration patience) {
    super(listed, MAX_OPEN, patience);
    this.socket = socket;
    this.log = log;
    this.patience = patience;
  }

  /** Tells the operator now that nobody can log in, instead of at the first login. */
  void sayWhetherItListens() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A Dovecot that hangs with a full queue of connections must not hold up the start.
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      log.accept(
          "userStore: dovecot: %s: %s; until Dovecot listens there nobody can log in"
              .formatted(socket, IoReason.of(e)));
    }
  }

  @Override
  protected Optional<String> check(String name, byte[] password, LoginOrigin origin)
      throws IOException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A read from such a socket has no time-out of its own.
      Thread watch = Thread.startVirtualThread(() -> closeLater(channel));
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new Dialogue(channel).ask(name, password, origin);
      } finally {
        watch.interrupt();
      }
    } catch (ClosedChannelException e) { // by closeLater
      throw new IOException("dovecot: " + socket + ": does not answer", e);
    } catch (IOException e) {
      throw new IOException("dovecot: " + socket + ": " + IoReason.of(e), e);
    }
  }

  private void closeLater(SocketChannel channel) {
    try {
      Thread.sleep(patience);
      channel.close();
    } catch (InterruptedException e) {
      // done in time
    } catch (IOException e) {
      // closed is closed
    }
  }

  /** One connection. */
  private final class Dialogue {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE).flip();

    Dialogue(SocketChannel channel) {
      this.channel = channel;
    }

    Optional<String> ask(String name, byte[] password, LoginOrigin origin) throws IOException {
      // The number must be no other client's; that it is a process's is not needed.
      int number = ThreadLocalRandom.current().nextInt(1 << 23, Integer.MAX_VALUE);
      send(("VERSION\t1\t1\nCPID\t" + number + "\n").getBytes(StandardCharsets.US_ASCII));
      shakeHands();
      byte[] message = plain(name, password);
      byte[] response = Base64.getEncoder().encode(message);
      // "secured": whether a password may come in clear was decided before it was asked for. The
      // response comes last, as the protocol wants.
      byte[] head =
          ("AUTH\t1\tPLAIN\tservice=smtp\tsecured\trip=%s\trport=%d\tresp="
                  .formatted(escape(Addresses.format(origin.client())), origin.port()))
              .getBytes(StandardCharsets.UTF_8);
      byte[] line = Arrays.copyOf(head, head.length + response.length + 1);
      System.arraycopy(response, 0, line, head.length, response.length);
      line[line.length - 1] = '\n';
      try {
        send(line);
      } finally {
        Arrays.fill(message, (byte) 0);
        Arrays.fill(response, (byte) 0);
        Arrays.fill(line, (byte) 0);
      }
      return answer();
    }

    private void shakeHands() throws IOException {
      boolean plain = false;
      for (int i = 0; i < MAX_LINES; i++) {
        List<String> words = words();
        switch (words.getFirst()) {
          case "VERSION" -> {
            if (words.size() < 2 || !words.get(1).equals("1")) {
              throw new IOException("speaks another version of the protocol: " + words);
            }
          }
          case "MECH" -> plain |= words.size() > 1 && words.get(1).equals("PLAIN");
          case "DONE" -> {
            if (!plain) {
              throw new IOException("has no PLAIN; add it to auth_mechanisms");
            }
            return;
          }
          default -> {
            // SPID, CUID, COOKIE and what may come are not for us.
          }
        }
      }
      throw new IOException("does not end its greeting; is this the socket of service auth?");
    }

    private Optional<String> answer() throws IOException {
      for (int i = 0; i < MAX_LINES; i++) {
        List<String> words = words();
        if (words.size() < 2 || !words.get(1).equals("1")) {
          continue;
        }
        List<String> fields = words.subList(2, words.size());
        switch (words.getFirst()) {
          case "OK" -> {
            String user = field(fields, "user=");
            if (user == null) {
              throw new IOException("let somebody in without saying whom");
            }
            String master = field(fields, "auth_user=");
            if (master != null && !isSame(master, user)) {
              log.accept(
                  "dovecot: %s wants to send as %s, by a master password: refused"
                      .formatted(MsaLog.quote(master), MsaLog.quote(user)));
              return Optional.empty();
            }
            if (has(fields, "nologin")) {
              log.accept("dovecot: nologin is set for a user: refused");
              return Optional.empty();
            }
            if (has(fields, "proxy") || has(fields, "proxy_maybe")) {
              // With "nopassword", which it does not tell, it lets anybody in as anybody.
              log.accept(
                  "dovecot: is a proxy, and may leave the password to another server: refused;"
                      + " userStore wants a Dovecot that checks passwords itself");
              return Optional.empty();
            }
            return Optional.of(user);
          }
          case "FAIL" -> {
            if (fields.contains("temp") || "temp_fail".equals(field(fields, "code="))) {
              throw new IOException("cannot check passwords now");
            }
            return Optional.empty();
          }
          case "CONT" -> throw new IOException("asks for more than PLAIN has to say");
          default -> {
            // about something else
          }
        }
      }
      throw new IOException("does not answer");
    }

    /** True for a field that is there, whatever it says: 2.3 sends "proxy", 2.4 "proxy=". */
    private static boolean has(List<String> fields, String name) {
      return fields.contains(name) || field(fields, name + "=") != null;
    }

    private static String field(List<String> fields, String name) {
      return fields.stream()
          .filter(f -> f.startsWith(name))
          .findFirst()
          .map(f -> f.substring(name.length()))
          .orElse(null);
    }

    private void send(byte[] bytes) throws IOException {
      ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    /** The words of the next line. */
    private List<String> words() throws IOException {
      byte[] line = new byte[MAX_LINE];
      int length = 0;
      while (true) {
        if (!buffer.hasRemaining()) {
          buffer.clear();
          int read = channel.read(buffer);
          buffer.flip();
          if (read < 0) {
            throw new IOException("closed the connection");
          }
          continue;
        }
        byte b = buffer.get();
        if (b == '\n') {
          String text = new String(line, 0, length, StandardCharsets.UTF_8);
          return Arrays.stream(text.split("\t", -1)).map(DovecotUsers::unescape).toList();
        }
        if (length == MAX_LINE) {
          throw new IOException("sent a line beyond " + MAX_LINE + " octets");
        }
        line[length++] = b;
      }
    }
  }

  private static byte[] plain(String name, byte[] password) {
    byte[] login = name.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[login.length + password.length + 2];
    System.arraycopy(login, 0, message, 1, login.length);
    System.arraycopy(password, 0, message, login.length + 2, password.length);
    return message;
  }

  /** A word of the protocol: TAB, CR, LF, NUL and its own sign are written as %x01 and a letter. */
  static String escape(String text) {
    return text.replace("\u0001", "\u00011")
        .replace("\0", "\u00010")
        .replace("\t", "\u0001t")
        .replace("\r", "\u0001r")
        .replace("\n", "\u0001n");
  }

  static String unescape(String word) {
    if (word.indexOf('\u0001') < 0) {
      return word;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '\u0001' && i + 1 < word.length()) {
        c =
            switch (word.charAt(++i)) {
              case '0' -> '\0';
              case '1' -> '\u0001';
              case 't' -> '\t';
              case 'r' -> '\r';
              case 'n' -> '\n';
              default -> word.charAt(i);
            };
      }
      text.append(c);
    }
    return text.toString();
  }
}
