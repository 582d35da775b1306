package org.whosent.record;

import java.util.Objects;

/**
 * Where a fact was read: one line of one log or journal file. Immutable.
 *
 * @param file the file's name as it was given to the indexer, for people; it may since have been
 *     rotated
 * @param offset bytes from the start of the decompressed file to the line's first byte
 * @param hash the first 64 bits of SHA-256 over the line's bytes without its line ending, 16 hex
 *     digits: shows whether what lies at the offset today is still the line that was read, and
 *     makes the same line one line when it is read again under a new name
 */
public record SourceLine(String file, long offset, String hash) implements Comparable<SourceLine> {
  public SourceLine {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(hash, "hash");
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
  }

  /** {@code file:offset}, as shown in CSV and text. */
  @Override
  public String toString() {
    return file + ":" + offset;
  }

  @Override
  public int compareTo(SourceLine other) {
    int byFile = file == other.file ? 0 : file.compareTo(other.file); // mostly the very same text
    if (byFile != 0) {
      return byFile;
    }
    int byOffset = Long.compare(offset, other.offset);
    return byOffset != 0 ? byOffset : hash.compareTo(other.hash);
  }
}
