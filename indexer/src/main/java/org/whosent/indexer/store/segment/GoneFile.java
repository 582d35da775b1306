package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.indexer.store.bytes.StoreFiles;

/**
 * Which records of a segment are no longer current: {@code WsG1}, how many (4 bytes), the numbers
 * in order, each as the difference from the one before, and a CRC-32C. A file is never changed; the
 * next version takes its place. Stateless.
 */
public final class GoneFile {
  private static final int MAGIC = 0x57734731;

  private GoneFile() {}

  /** The file's path. */
  public static Path path(Path directory, int segment, int version) {
    return directory.resolve(
        "segment-"
            + SegmentFormat.digits(segment, 6)
            + ".gone-"
            + SegmentFormat.digits(version, 4));
  }

  /** Writes the numbers, ascending, and forces them to disk. */
  public static void write(Path directory, int segment, int version, int[] numbers)
      throws IOException {
    Bytes out = new Bytes(16 + 2 * numbers.length).number(MAGIC, 4).number(numbers.length, 4);
    int before = 0;
    for (int number : numbers) {
      out.varint(number - before);
      before = number;
    }
    out.number(Bytes.crc(out.array, 0, out.length), 4);
    Path file = path(directory, segment, version);
    try (FileChannel channel = StoreFiles.create(file)) {
      StoreFiles.writeFully(channel, file, ByteBuffer.wrap(out.array, 0, out.length));
      StoreFiles.force(channel, file);
    }
  }

  /**
   * Reads the numbers, ascending.
   *
   * @throws IOException when the file is damaged or not there
   */
  public static int[] read(Path directory, int segment, int version) throws IOException {
    byte[] bytes = Files.readAllBytes(path(directory, segment, version));
    int end = bytes.length - 4;
    if (end < 8 || Bytes.integer(bytes, end) != Bytes.crc(bytes, 0, end)) {
      throw new IOException("the list of copies that are not current is damaged");
    }
    Cursor in = new Cursor(bytes);
    if (in.number(4) != MAGIC) {
      throw new IOException("no list of copies that are not current");
    }
    int[] numbers = new int[Math.min((int) in.number(4), end)];
    int before = 0;
    for (int i = 0; i < numbers.length; i++) {
      before += in.count(Integer.MAX_VALUE - before);
      numbers[i] = before;
    }
    return numbers;
  }
}
