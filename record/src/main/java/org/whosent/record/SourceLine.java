package org.whosent.record;

import java.util.HexFormat;
import java.util.Objects;

/**
 * Where a fact was read: one line of one log or journal file. Immutable.
 *
 * <p>A record has one for each line that it rests on, and millions of them wait to be stored: so
 * the hash is kept as the 64 bits that it is.
 */
public final class SourceLine implements Comparable<SourceLine> {
  private static final HexFormat HEX = HexFormat.of();
  private static final int DIGITS = 16;

  private final String file;
  private final long offset;

  /** The hash; of one that is not {@value #DIGITS} lower-case hex digits, its text's hash code. */
  private final long bits;

  /** The hash where it is not of that form, as the journal of somebody else may have it. */
  private final String odd;

  /**
   * The line at that place.
   *
   * @param file the file's name from the root, or a stream's, for people; it may since have been
   *     rotated
   * @param offset bytes from the start of the decompressed file to the line's first byte
   * @param hash the first 64 bits of SHA-256 over the line's bytes without its line ending, 16 hex
   *     digits: shows whether what lies at the offset today is still the line that was read, and
   *     makes the same line one line when it is read again under a new name
   */
  public SourceLine(String file, long offset, String hash) {
    this(file, offset, isHex(hash), hash);
  }

  private SourceLine(String file, long offset, boolean isHex, String hash) {
    this(
        file,
        offset,
        isHex ? HexFormat.fromHexDigitsToLong(hash) : hash.hashCode(),
        isHex ? null : hash);
  }

  /** The same with the hash as a number. */
  public static SourceLine of(String file, long offset, long hash) {
    return new SourceLine(file, offset, hash, null);
  }

  private SourceLine(String file, long offset, long bits, String odd) {
    this.file = Objects.requireNonNull(file, "file");
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
    this.offset = offset;
    this.bits = bits;
    this.odd = odd;
  }

  private static boolean isHex(String hash) {
    if (hash.length() != DIGITS) {
      return false;
    }
    for (int i = 0; i < DIGITS; i++) {
      char c = hash.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  public String file() {
    return file;
  }

  public long offset() {
    return offset;
  }

  /** As text. */
  public String hash() {
    return odd == null ? HEX.toHexDigits(bits) : odd;
  }

  /** True when the hash is 64 bits, which {@link #hashBits} then has. */
  public boolean hasBits() {
    return odd == null;
  }

  /** The hash as a number; lines of one hash have the same, whatever form it has. */
  public long hashBits() {
    return bits;
  }

  /** Characters of the hash. */
  public int hashLength() {
    return odd == null ? DIGITS : odd.length();
  }

  /** True when both have one hash: then they are one line, wherever it stands. */
  public boolean isSameLine(SourceLine other) {
    return bits == other.bits && Objects.equals(odd, other.odd);
  }

  /** {@code file:offset}, as shown in CSV and text. */
  @Override
  public String toString() {
    return file + ":" + offset;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceLine line
        && offset == line.offset
        && isSameLine(line)
        && file.equals(line.file);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * file.hashCode() + Long.hashCode(offset)) + Long.hashCode(bits);
  }

  @Override
  public int compareTo(SourceLine other) {
    int byFile = file == other.file ? 0 : file.compareTo(other.file); // mostly the very same text
    if (byFile != 0) {
      return byFile;
    }
    int byOffset = Long.compare(offset, other.offset);
    if (byOffset != 0) {
      return byOffset;
    }
    return odd == null && other.odd == null
        ? Long.compareUnsigned(bits, other.bits)
        : hash().compareTo(other.hash());
  }
}
