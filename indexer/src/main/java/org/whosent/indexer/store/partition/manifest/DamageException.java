package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.record.IoReason;

/**
 * A partition's files are not what was written; the message names them and says what to do. Public
 * for all who read or write partitions.
 */
public final class DamageException extends IOException {
  DamageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Damage of a segment, as a line for the operator. */
  public static DamageException segment(Partition partition, Segment segment, Throwable cause) {
    if (Damage.isShut(cause)) {
      return new DamageException(
          "%s: segment %d cannot be opened (%s); nothing of it is lost: see to that file's owner and mode, or to the limit of open files"
              .formatted(
                  Partition.name(partition.day()),
                  segment.info().number(),
                  IoReason.withFile((IOException) cause)),
          cause);
    }
    return new DamageException(
        "%s: segment %d is damaged (%s); restore it from a backup, or %s and read that day's logs again"
            .formatted(
                Partition.name(partition.day()),
                segment.info().number(),
                brief(cause),
                partition.remedy()),
        cause);
  }

  /** A partition's file is not there, as a line for the operator. */
  public static DamageException missing(Partition partition, Throwable cause) {
    return new DamageException(
        "%s: a file is missing (%s); restore it from a backup, or %s and read that day's logs again"
            .formatted(Partition.name(partition.day()), brief(cause), partition.remedy()),
        cause);
  }

  /** A day was left as it is since some of it is damaged, as a line for the operator. */
  public static DamageException unpacked(Partition partition) {
    return new DamageException(
        "%s: some of its records cannot be read, so it was not packed; restore it from a backup, or %s and read that day's logs again"
            .formatted(Partition.name(partition.day()), partition.remedy()),
        null);
  }

  private static String brief(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    int cut = text.indexOf(" (resource=");
    String line = (cut > 0 ? text.substring(0, cut) : text).replaceAll("\\p{Cntrl}", " ");
    return line.length() > 160 ? line.substring(0, 160) + "…" : line;
  }
}
