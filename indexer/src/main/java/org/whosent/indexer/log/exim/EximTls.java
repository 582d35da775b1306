package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.Words;
import org.whosent.record.SubmissionRecord;

/**
 * What stands behind {@code X=}: {@code TLS1.3:ECDHE_…:256}. GnuTLS and newer Exims say TLS1.3,
 * older ones TLSv1.3. Not thread-safe.
 */
final class EximTls {
  private final Words words;

  /** What the last line with TLS said of it, whole and in its parts. */
  private String last;

  private String version;
  private String cipher;

  EximTls(Words words) {
    this.words = words;
  }

  /**
   * Puts it into the facts.
   *
   * @param logged null where the line says nothing of TLS
   */
  void told(String logged, SubmissionRecord.Builder facts) {
    if (logged == null) {
      return;
    }
    if (!logged.equals(last)) {
      int colon = logged.indexOf(':');
      int end = colon < 0 ? -1 : logged.indexOf(':', colon + 1);
      String name = colon < 0 ? logged : words.of(logged, 0, colon);
      last = logged;
      version = isBareVersion(name) ? "TLSv" + name.substring(3) : name;
      cipher = colon < 0 ? null : words.of(logged, colon + 1, end < 0 ? logged.length() : end);
    }
    facts.tlsVersion = version;
    facts.tlsCipher = cipher;
  }

  private static boolean isBareVersion(String text) {
    return text.length() == 6
        && text.startsWith("TLS1.")
        && text.charAt(5) >= '0'
        && text.charAt(5) <= '9';
  }
}
