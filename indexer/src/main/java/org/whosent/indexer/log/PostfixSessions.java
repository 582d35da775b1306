package org.whosent.indexer.log;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which smtpd process speaks TLS with which client. smtpd says so once a session, without a queue
 * ID, so that only the process ID joins it to the messages that follow. Bounded: of too many
 * processes the one heard of longest ago is forgotten. Not thread-safe.
 */
final class PostfixSessions {
  private static final int PROCESSES = 20_000;

  /** From {@code tls_server.c}; {@code tls_misc.c} writes protocol, cipher and bits. */
  private static final String ESTABLISHED = "TLS connection established from ";

  private static final String WITH = " with cipher ";

  private static final List<String> TRUST =
      List.of("Anonymous ", "", "Untrusted ", "Trusted ", "Verified ");

  /** What a session has agreed on. */
  record Tls(String client, String version, String cipher) {}

  /** A process on a host. */
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

  /** Takes note of a line without a queue ID; true when it was about a session. */
  boolean read(String host, String process, String message) {
    if (message.startsWith("connect from ") || message.startsWith("disconnect from ")) {
      byProcess.remove(new Process(host, process));
      return true;
    }
    int start = process.isEmpty() ? -1 : established(message);
    Tls tls = start < 0 ? null : tls(message, start);
    if (tls == null) {
      return false;
    }
    byProcess.put(new Process(host, process), tls);
    return true;
  }

  /** Where the client stands, when the message is about a handshake. */
  private static int established(String message) {
    for (String trust : TRUST) {
      if (message.startsWith(trust) && message.startsWith(ESTABLISHED, trust.length())) {
        return trust.length() + ESTABLISHED.length();
      }
    }
    return -1;
  }

  /** {@code name[address][:port][ to host]: PROTOCOL with cipher CIPHER (bits) …}. */
  private Tls tls(String message, int start) {
    int open = word(message, start, 255, PostfixClient::isName);
    int close = open < 0 ? -1 : word(message, open + 1, 255, PostfixClient::isName);
    if (close < 0 || message.charAt(open) != '[' || message.charAt(close) != ']') {
      return null;
    }
    int at = close + 1;
    if (message.startsWith(":", at)) {
      int port = word(message, at + 1, 5, c -> c >= '0' && c <= '9');
      at = port < 0 ? at : port;
    }
    if (message.startsWith(" to ", at)) {
      at = word(message, at + 4, 255, c -> c != ' ' && c != ':');
    }
    if (at < 0 || !message.startsWith(": ", at)) {
      return null;
    }
    int protocol = at + 2;
    at = word(message, protocol, 16, c -> isLetterOrDigit(c) || c == '.');
    if (at < 0 || !message.startsWith(WITH, at)) {
      return null;
    }
    int cipher = at + WITH.length();
    int end = word(message, cipher, 64, c -> isLetterOrDigit(c) || c == '_' || c == '-');
    return end < 0 || message.charAt(end) != ' '
        ? null
        : new Tls(
            message.substring(start, close + 1),
            words.of(message, protocol, at),
            words.of(message, cipher, end));
  }

  private static boolean isLetterOrDigit(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /** Where a word of such characters ends, before the message does; -1 when none fits. */
  private static int word(String message, int from, int longest, IntPredicate characters) {
    int at = from;
    while (at < message.length() && characters.test(message.charAt(at))) {
      at++;
    }
    return at > from && at - from <= longest && at < message.length() ? at : -1;
  }

  /** What that process agreed on with that client ({@code name[address]}), or null. */
  Tls of(String host, String process, String client) {
    Tls tls = process.isEmpty() ? null : byProcess.get(new Process(host, process));
    return tls != null && tls.client().equals(client) ? tls : null;
  }
}
