package org.whosent.indexer.ingest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.log.LogSource;

/**
 * By what a log is known again: its first line, its format, and what is said of it by which the
 * same lines say something else. Whoever leaves {@code --host} out once {@code site.yaml} has that
 * name says the same: such a log goes on where it was left, and its lines do not count twice. Not
 * thread-safe.
 */
final class LogIdentity {
  private final IngestOptions options;
  private final HostNames hosts;
  private final Hashes hashes;

  LogIdentity(IngestOptions options, HostNames hosts, Hashes hashes) {
    this.options = options;
    this.hosts = hosts;
    this.hashes = hashes;
  }

  /** Goes into the fingerprint of a file. */
  byte[] salt() {
    String format = options.format() == null ? "auto" : options.format().name();
    return bytes(format + '\n' + hosts.said());
  }

  /** As the checkpoints of this run have it. */
  String of(byte[] firstLine, LogSource format) {
    return of(firstLine, format, hosts.said());
  }

  /**
   * As the checkpoints of earlier runs may have it, and by which name: all lines before such a
   * checkpoint must be that host's by now, too. For this run's own that is null.
   */
  Map<String, String> before(byte[] firstLine, LogSource format) {
    Map<String, String> known = new LinkedHashMap<>();
    hosts.saidBefore().forEach((said, name) -> known.put(of(firstLine, format, said), name));
    known.put(of(firstLine, format), null);
    return known;
  }

  /**
   * As the checkpoints may have it of runs with another {@code --host} or without, and that name,
   * or an empty one. Reading such a log by this run's name makes a second record of each message.
   */
  Map<String, String> ofOthers(byte[] firstLine, LogSource format) {
    Map<String, String> others = new LinkedHashMap<>();
    hosts.saidByOthers().forEach((said, name) -> others.put(of(firstLine, format, said), name));
    return others;
  }

  private String of(byte[] firstLine, LogSource format, String said) {
    return hashes.identity(firstLine, bytes(format.name()), bytes(said));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
