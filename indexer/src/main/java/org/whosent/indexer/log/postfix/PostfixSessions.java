package org.whosent.indexer.log.postfix;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * Which smtpd process speaks TLS with which client. smtpd says so once a session, without a queue
 * ID, so that only the process ID joins it to the messages that follow. Bounded: of too many
 * processes the one heard of longest ago is forgotten. Not thread-safe.
 */
final class PostfixSessions {
  /** Of which something is remembered. */
  static final int PROCESSES = 20_000;

  /** From {@code tls_server.c}; {@code tls_misc.c} writes protocol, cipher and bits. */
  private static final byte[] ESTABLISHED = LineBytes.word("TLS connection established from ");

  private static final byte[] WITH = LineBytes.word(" with cipher ");
  private static final byte[] TO = LineBytes.word(" to ");
  private static final byte[] COLON = LineBytes.word(": ");
  private static final byte[] CONNECT = LineBytes.word("connect from ");
  private static final byte[] DISCONNECT = LineBytes.word("disconnect from ");

  private static final List<byte[]> TRUST =
      Stream.of("Anonymous ", "", "Untrusted ", "Trusted ", "Verified ")
          .map(LineBytes::word)
          .toList();

  /** What a session has agreed on. */
  record Tls(String client, String version, String cipher) {}

  /**
   * A process on a machine.
   *
   * @param host as the line names it: several may have one name after {@code by}
   */
  record Process(String host, String number) {
    @Override
    public int hashCode() {
      return 31 * host.hashCode() + number.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Process process
          && number.equals(process.number)
          && host.equals(process.host);
    }
  }

  private final SessionTable<Process, Tls> byProcess;
  private final Words words = new Words();

  PostfixSessions(Forgotten forgotten) {
    byProcess = new SessionTable<>(PROCESSES, forgotten);
  }

  /** True for the first and for the last line of a session. */
  static boolean isBorder(LineBytes line, int start) {
    return line.startsWith(CONNECT, start) || line.startsWith(DISCONNECT, start);
  }

  /**
   * Takes note of a line without a queue ID; true when it was about a session.
   *
   * @param host as the line names it
   */
  boolean read(String host, String process, LineBytes line, int start) {
    if (isBorder(line, start)) {
      if (!byProcess.isEmpty()) {
        byProcess.remove(new Process(host, process));
      }
      return true;
    }
    int client = process.isEmpty() ? -1 : established(line, start);
    Tls tls = client < 0 ? null : tls(line, client);
    if (tls == null) {
      return false;
    }
    byProcess.put(new Process(host, process), tls);
    return true;
  }

  /** Where the client stands, when the line is about a handshake. */
  private static int established(LineBytes line, int start) {
    for (byte[] trust : TRUST) {
      if (line.startsWith(trust, start) && line.startsWith(ESTABLISHED, start + trust.length)) {
        return start + trust.length + ESTABLISHED.length;
      }
    }
    return -1;
  }

  /** {@code name[address][:port][ to host]: PROTOCOL with cipher CIPHER (bits) …}. */
  private Tls tls(LineBytes line, int start) {
    int open = word(line, start, 255, PostfixClient::isName);
    int close = open < 0 ? -1 : word(line, open + 1, 255, PostfixClient::isName);
    if (close < 0 || line.at(open) != '[' || line.at(close) != ']') {
      return null;
    }
    int at = PostfixClient.portEnd(line, close + 1);
    if (line.startsWith(TO, at)) {
      at = word(line, at + 4, 255, c -> c != ' ' && c != ':');
    }
    if (at < 0 || !line.startsWith(COLON, at)) {
      return null;
    }
    int protocol = at + 2;
    at = word(line, protocol, 16, c -> isLetterOrDigit(c) || c == '.');
    if (at < 0 || !line.startsWith(WITH, at)) {
      return null;
    }
    int cipher = at + WITH.length;
    int end = word(line, cipher, 64, c -> isLetterOrDigit(c) || c == '_' || c == '-');
    return end < 0 || line.at(end) != ' '
        ? null
        : new Tls(
            line.text(start, close + 1, words),
            line.text(protocol, at, words),
            line.text(cipher, end, words));
  }

  private static boolean isLetterOrDigit(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /** Where a word of such characters ends, before the line does; -1 when none fits. */
  private static int word(LineBytes line, int from, int longest, IntPredicate characters) {
    int at = from;
    while (at < line.end() && characters.test(line.at(at))) {
      at++;
    }
    return at > from && at - from <= longest && at < line.end() ? at : -1;
  }

  /**
   * What that process agreed on with that client ({@code name[address]}), or null.
   *
   * @param host as the line names it
   */
  Tls of(String host, String process, String client) {
    Tls tls = process.isEmpty() ? null : byProcess.get(new Process(host, process));
    return tls != null && tls.client().equals(client) ? tls : null;
  }
}
