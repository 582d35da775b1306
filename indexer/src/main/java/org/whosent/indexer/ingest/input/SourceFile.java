package org.whosent.indexer.ingest.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Predicate;
import org.whosent.record.Printable;

/**
 * Where lines come from: a plain file, which may grow and can be read from any offset, as one of
 * frames that end in zero bytes can; a compressed one, which is read from its start and does not
 * change; or a stream, which is read once. Offsets count decompressed bytes. Reading goes through
 * java.io streams: an interrupt does not close them half-way. Not thread-safe.
 */
public final class SourceFile {
  private static final int EDGE = 1 << 16;

  private final String name;
  private final Path path;
  private final boolean compressed;
  private final boolean zeroEnded;

  /** It begins with a zero byte. */
  private final boolean hole;

  private final byte[] streamHead;
  private final InputStream stream;

  private SourceFile(
      String name,
      Path path,
      Compression compression,
      boolean hole,
      byte[] streamHead,
      InputStream stream) {
    this.name = name;
    this.path = path;
    this.zeroEnded = compression == Compression.ZERO_ENDED_FRAMES;
    this.compressed = compression != Compression.NONE && !zeroEnded;
    this.hole = hole;
    this.streamHead = streamHead;
    this.stream = stream;
  }

  /** A regular file, recognised by content as plain or compressed. */
  public static SourceFile of(String name, Path path) throws IOException {
    byte[] magic;
    try (InputStream in = FileStreams.open(path, 0)) {
      magic = in.readNBytes(Compression.HEAD);
    }
    boolean hole = magic.length > 0 && magic[0] == 0;
    return new SourceFile(name, path, Compression.of(magic, magic.length), hole, null, null);
  }

  /**
   * Standard input, a pipe; compressed ones too. Its first bytes are read here: until they are
   * enough, or it ends.
   */
  public static SourceFile stream(String name, PumpedStream stream, Predicate<byte[]> enough)
      throws IOException {
    InputStream content = Compression.open(stream);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 13];
    while (head.size() < FormatRecognition.SAMPLE) {
      if (head.size() > 0 && stream.pausing() && enough.test(head.toByteArray())) {
        break;
      }
      int read = content.read(buffer, 0, buffer.length);
      if (read < 0) {
        break;
      }
      head.write(buffer, 0, read);
    }
    return new SourceFile(name, null, Compression.NONE, false, head.toByteArray(), content);
  }

  /** As it was given, or found. */
  public String name() {
    return name;
  }

  /**
   * As records name it, no controls: whoever asks for the lines stands in another directory, and
   * would be told that they are gone.
   */
  public String place() {
    return Printable.text(path == null ? name : path.toAbsolutePath().normalize().toString());
  }

  /** The log of which this is a piece: the live file's path, or a stream's name; no controls. */
  public String family() {
    return Printable.text(path == null ? name : Rotation.of(path).family());
  }

  /** The piece of the same log that was rotated away directly before this one, or null. */
  SourceFile pieceBefore() throws IOException {
    if (path == null || isStream()) {
      return null;
    }
    Path before = nearest(Rotation.of(path), -1);
    return before == null ? null : of(before.toString(), before);
  }

  /**
   * The next piece of the same log; null where there is none.
   *
   * @param direction -1 for the next older one, 1 for the next newer one
   */
  private Path nearest(Rotation own, int direction) throws IOException {
    Rotation nearest = null;
    Path found = null;
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(path.toAbsolutePath().getParent())) {
      for (Path entry : entries) {
        Rotation other = Rotation.of(entry);
        if (other.family().equals(own.family())
            && Rotation.OLDEST_FIRST.compare(other, own) * direction > 0
            && (nearest == null || Rotation.OLDEST_FIRST.compare(other, nearest) * direction < 0)
            && Files.isRegularFile(entry)) {
          nearest = other;
          found = entry;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** Bytes of the file as it lies on disk. */
  public long storedSize() throws IOException {
    return Files.size(path);
  }

  /** True for what is read once. */
  public boolean isStream() {
    return stream != null;
  }

  /** True for a file that is read from its start. */
  public boolean isCompressed() {
    return compressed;
  }

  /** True when nothing will be added to it any more. */
  public boolean isComplete() {
    return compressed || stream != null;
  }

  /** The same, and true for a plain file that was rotated away, as far as names tell. */
  public boolean isOver() {
    if (isComplete()) {
      return true;
    }
    Rotation own = Rotation.of(path);
    try {
      return own.isNumbered() || own.isDated() && nearest(own, 1) != null;
    } catch (IOException e) {
      return false; // nobody may look into the directory
    }
  }

  /** True for a plain file whose last byte ends no line. */
  public boolean endsWithinLine() throws IOException {
    if (isComplete()) {
      return false;
    }
    try (SeekableByteChannel file = Files.newByteChannel(path);
        InputStream in = Channels.newInputStream(file)) {
      file.position(Math.max(0, file.size() - 1));
      int last = in.read();
      return last >= 0 && last != (zeroEnded ? 0 : '\n');
    }
  }

  /**
   * The first bytes of the content, without a byte order mark, and without the hole that a log has
   * before them which was truncated under its writer; of a stream all that were read. Fewer where
   * reading fails after them, as in a compressed file that is cut off.
   */
  public byte[] head(int length) throws IOException {
    if (stream != null) {
      return unmarked(streamHead, streamHead.length);
    }
    try (InputStream in = open(holeEnd())) {
      byte[] head = new byte[length + ByteOrderMark.LENGTH];
      int read = 0;
      try {
        for (int more = 0; more >= 0 && read < head.length; ) {
          more = in.read(head, read, head.length - read);
          int zeros = read == 0 ? zeros(head, more) : 0;
          System.arraycopy(head, zeros, head, 0, zeros > 0 ? more - zeros : 0);
          read += Math.max(0, more - zeros);
        }
      } catch (IOException e) {
        if (read == 0) {
          throw e;
        }
      }
      return unmarked(Arrays.copyOf(head, read), length);
    }
  }

  private static int zeros(byte[] head, int length) {
    int zeros = 0;
    while (zeros < length && head[zeros] == 0) {
      zeros++;
    }
    return zeros;
  }

  /**
   * Where a plain file's text begins behind a hole, which may be as long as all that was ever
   * written: it is halved, not read.
   */
  private long holeEnd() throws IOException {
    if (!hole) {
      return 0;
    }
    try (SeekableByteChannel file = Files.newByteChannel(path);
        InputStream in = Channels.newInputStream(file)) {
      long zero = 0;
      long text = file.size();
      while (text - zero > 1) {
        long middle = (zero + text) / 2;
        file.position(middle);
        if (in.read() == 0) {
          zero = middle;
        } else {
          text = middle;
        }
      }
      return text;
    }
  }

  private static byte[] unmarked(byte[] head, int length) {
    int from = ByteOrderMark.isAhead(head, head.length) ? ByteOrderMark.LENGTH : 0;
    return Arrays.copyOfRange(head, from, Math.min(head.length, from + length));
  }

  /**
   * The content from that offset on; behind the end there is nothing. A stream has offset 0 only.
   */
  public InputStream open(long offset) throws IOException {
    if (stream != null) {
      return new SequenceInputStream(new ByteArrayInputStream(streamHead), stream);
    }
    InputStream file = FileStreams.open(path, compressed ? 0 : offset);
    try {
      if (compressed) {
        InputStream content = Compression.open(file);
        skip(content, offset);
        return content;
      }
      return zeroEnded ? new ZeroEndedStream(file) : file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void skip(InputStream in, long bytes) throws IOException {
    byte[] scratch = new byte[1 << 16];
    for (long left = bytes; left > 0; ) {
      int read = in.read(scratch, 0, (int) Math.min(left, scratch.length));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  /**
   * When the content was last written; now for a stream. A copy may have a later time, but is not
   * later than the date in its name says.
   */
  public Instant modified() throws IOException {
    if (path == null || stream != null) {
      return Instant.now();
    }
    Instant modified = Files.getLastModifiedTime(path).toInstant();
    Instant latest = Rotation.of(path).latest();
    return latest != null && latest.isBefore(modified) ? latest : modified;
  }

  /**
   * Recognises a file that does not grow without reading or decompressing it: its size, its
   * beginning, its end.
   */
  public String fingerprint(Hashes hashes, byte[] salt) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(path);
        InputStream in = Channels.newInputStream(file)) {
      long size = file.size();
      byte[] beginning = in.readNBytes(EDGE);
      file.position(Math.max(0, size - EDGE));
      byte[] end = in.readNBytes(EDGE);
      byte[] length = ByteBuffer.allocate(Long.BYTES).putLong(size).array();
      return hashes.identity(salt, length, beginning, end);
    }
  }
}
