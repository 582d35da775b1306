package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.renewal.BesideWriters;
import org.whosent.indexer.store.partition.renewal.StaleException;
import org.whosent.record.IoReason;

/**
 * The days that a purge or a mask leaves as they are, since something cannot be read of them that
 * is to be written anew: it may be under hold. All others go. To know them, all that is to be
 * written anew is read once more than it must be, so who forgets first tries without. Not
 * thread-safe. Public for the store.
 */
public final class LeftDays {
  private final boolean allowed;
  private final Map<LocalDate, String> reasons = new TreeMap<>();
  private final Map<Path, String> files = new TreeMap<>();

  private LeftDays(boolean allowed) {
    this.allowed = allowed;
  }

  /** None is: what cannot be read ends it. */
  public static LeftDays none() {
    return new LeftDays(false);
  }

  /** Those that must be. */
  public static LeftDays any() {
    return new LeftDays(true);
  }

  void clear() {
    reasons.clear();
    files.clear();
  }

  boolean has(LocalDate day) {
    return reasons.containsKey(day);
  }

  /** Whether a day is left, as it is where some of what is to be read of it cannot be. */
  boolean leaves(Path data, Partition part) throws IOException {
    if (!allowed || has(part.day())) {
      return has(part.day());
    }
    for (Segment segment : part.segments()) {
      try {
        if (BesideWriters.scan(data, part, segment, (_, _) -> {}) > 0) {
          leave(part.day(), "records are damaged", part.remedy());
        }
      } catch (StaleException | ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        leave(part.day(), IoReason.withFile(e), "see to that");
      }
    }
    return has(part.day());
  }

  /**
   * Leaves a day's failed logins, if anything may be left.
   *
   * @throws IOException else, that one
   */
  void leave(Path file, IOException unread) throws IOException {
    if (!allowed || unread instanceof ClosedChannelException) {
      throw unread;
    }
    files.putIfAbsent(
        file,
        IoReason.withFile(unread) + "; its failed logins stay; see to that, then do this again");
  }

  boolean has(Path file) {
    return files.containsKey(file);
  }

  private void leave(LocalDate day, String reason, String remedy) {
    reasons.putIfAbsent(
        day,
        "%s: %s, which may be others' or under hold, so nothing of it was forgotten; restore it from a backup, or %s, then do this again"
            .formatted(Partition.name(day), reason, remedy));
  }

  /** A line each for the operator. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(reasons.values());
    lines.addAll(files.values());
    return lines;
  }
}
