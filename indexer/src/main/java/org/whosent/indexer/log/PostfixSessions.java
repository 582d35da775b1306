package org.whosent.indexer.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which smtpd process speaks TLS with which client. smtpd says so once a session, without a queue
 * ID, so that only the process ID joins it to the messages that follow. Bounded: of too many
 * processes the one heard of longest ago is forgotten. Not thread-safe.
 */
final class PostfixSessions {
  private static final int PROCESSES = 20_000;

  /** From {@code tls_server.c}; {@code tls_misc.c} writes protocol, cipher and bits. */
  private static final Pattern ESTABLISHED =
      Pattern.compile(
          "(?:(?:Anonymous|Untrusted|Trusted|Verified) )?TLS connection established from"
              + " ([^\\[\\], ]{1,255}\\[[^\\[\\], ]{1,255}])(?::[0-9]{1,5})?"
              + "(?: to [^ :]{1,255})?: ([A-Za-z0-9.]{1,16}) with cipher ([A-Za-z0-9_-]{1,64}) .*");

  /** What a session has agreed on. */
  record Tls(String client, String version, String cipher) {}

  private final Map<String, Tls> byProcess =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tls> eldest) {
          return size() > PROCESSES;
        }
      };

  /** Takes note of a line without a queue ID; true when it was about a session. */
  boolean read(String host, String process, String message) {
    if (message.startsWith("connect from ") || message.startsWith("disconnect from ")) {
      byProcess.remove(key(host, process));
      return true;
    }
    if (message.contains("TLS connection established from ")) {
      Matcher matcher = ESTABLISHED.matcher(message);
      if (matcher.matches() && !process.isEmpty()) {
        byProcess.put(
            key(host, process), new Tls(matcher.group(1), matcher.group(2), matcher.group(3)));
        return true;
      }
    }
    return false;
  }

  /** What that process agreed on with that client ({@code name[address]}), or null. */
  Tls of(String host, String process, String client) {
    Tls tls = process.isEmpty() ? null : byProcess.get(key(host, process));
    return tls != null && tls.client().equals(client) ? tls : null;
  }

  private static String key(String host, String process) {
    return host + ' ' + process;
  }
}
