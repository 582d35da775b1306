package org.whosent.msa.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.whosent.msa.FileStamp;
import org.whosent.record.ClueType;

/**
 * The mailboxes of the local domains, for sites whose next hop takes any recipient: a file with one
 * {@code address} or {@code @domain} a line, read again whenever it has changed. What follows a
 * blank on a line is passed over, so that a Postfix map may serve; lines that begin with {@code #}
 * are comments. Thread-safe.
 *
 * <p>While the file cannot be read nobody is known to be known: the answer is an exception, and the
 * client is to come back. Known weak: {@code user+tag@} is known only when it is listed.
 */
public final class LocalRecipients {
  private static final long MAX_BYTES = 256L << 20;

  private record Snapshot(FileStamp stamp, Set<String> known) {}

  private final Path path;
  private final Consumer<String> log;
  private volatile Snapshot snapshot;

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read; why, without the file's name
   */
  public LocalRecipients(Path path, Consumer<String> log) throws IOException {
    this.path = path;
    this.log = log;
    this.snapshot = load();
  }

  /**
   * True when the local address has a mailbox. Postmaster always has (RFC 5321 section 4.5.1).
   *
   * @throws IOException when the file cannot be read now
   */
  public boolean knows(String address) throws IOException {
    String folded = fold(address);
    int at = folded.lastIndexOf('@');
    if (folded.equals("postmaster") || folded.startsWith("postmaster@")) {
      return true;
    }
    Set<String> known = current().known;
    return known.contains(folded) || at >= 0 && known.contains(folded.substring(at));
  }

  private Snapshot current() throws IOException {
    if (FileStamp.of(path).equals(snapshot.stamp)) {
      return snapshot;
    }
    synchronized (this) {
      if (!FileStamp.of(path).equals(snapshot.stamp)) {
        snapshot = load();
        log.accept("localRecipients: %s read again: %d".formatted(path, snapshot.known.size()));
      }
      return snapshot;
    }
  }

  private Snapshot load() throws IOException {
    FileStamp stamp = FileStamp.of(path);
    if (stamp.size() > MAX_BYTES) {
      throw new IOException("larger than 256 MiB; this is no list of recipients");
    }
    Set<String> known = new HashSet<>();
    int number = 0;
    for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
      number++;
      String word = line.strip().split("\\s", 2)[0];
      if (word.isEmpty() || word.startsWith("#")) {
        continue;
      }
      if (word.indexOf('@') < 0) {
        log.accept(
            "localRecipients: %s:%d: expected address or @domain; passed over"
                .formatted(path, number));
        continue;
      }
      known.add(fold(word));
    }
    return new Snapshot(stamp, known);
  }

  private static String fold(String address) {
    return ClueType.RECIPIENT.fold(address);
  }
}
