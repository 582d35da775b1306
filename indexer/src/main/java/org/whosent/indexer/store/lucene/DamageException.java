package org.whosent.indexer.store.lucene;

import java.io.IOException;

/** A partition's files are not what was written; the message names them and says what to do. */
final class DamageException extends IOException {
  DamageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Damage of an index, as a line for the operator. */
  static DamageException index(Partition partition, Throwable cause) {
    return new DamageException(
        "%s: the index is damaged (%s); %s"
            .formatted(Partition.name(partition.day()), brief(cause), partition.remedy()),
        cause);
  }

  /** Damage of a records file, as a line for the operator. */
  static DamageException records(Partition partition, Throwable cause) {
    return new DamageException(
        "%s: records are damaged (%s); restore them from a backup, or %s and read that day's logs again"
            .formatted(Partition.name(partition.day()), brief(cause), partition.remedy()),
        cause);
  }

  private static String brief(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    int cut = text.indexOf(" (resource=");
    String line = (cut > 0 ? text.substring(0, cut) : text).replaceAll("\\p{Cntrl}", " ");
    return line.length() > 160 ? line.substring(0, 160) + "…" : line;
  }
}
