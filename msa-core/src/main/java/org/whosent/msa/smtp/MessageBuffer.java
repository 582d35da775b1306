package org.whosent.msa.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A message while it passes through: in memory up to a bound, then in a file that has no name any
 * more, so that nothing is left behind whatever happens to the process. The last of the disk is
 * left to the journal, which most often is on the same one: else a few clients with large messages
 * could stop all mail. Not thread-safe.
 */
final class MessageBuffer implements MessageWriter.Sink, AutoCloseable {
  /** The most that is kept in memory of one message. */
  static final int MAX_IN_MEMORY = 128 << 10;

  /** Where it begins. */
  private static final int FIRST = 4096;

  /** Octets of the disk that no message gets. */
  static final long LEFT_FREE = 64 << 20;

  private final Path directory;
  private final LongSupplier freeOctets;
  private final int inMemory;
  private byte[] memory = new byte[FIRST];
  private FileChannel file;
  private long size;

  /**
   * An empty message.
   *
   * @param directory where the file is made when one is needed
   * @param inMemory how many octets need none
   */
  MessageBuffer(Path directory, int inMemory) {
    this(directory, inMemory, directory.toFile()::getUsableSpace);
  }

  /** On a disk of which a test says how full it is. */
  MessageBuffer(Path directory, int inMemory, LongSupplier freeOctets) {
    this.directory = directory;
    this.inMemory = inMemory;
    this.freeOctets = freeOctets;
  }

  /** A message's share of the heap, of which all connections together get a quarter for this. */
  static int inMemory(long heapOctets, int connections) {
    return Math.clamp(heapOctets / 4 / connections, FIRST, MAX_IN_MEMORY);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (file == null && size + length <= inMemory) {
      if (size + length > memory.length) {
        memory = Arrays.copyOf(memory, (int) Math.max(size + length, memory.length * 2L));
      }
      System.arraycopy(bytes, offset, memory, (int) size, length);
    } else {
      if (freeOctets.getAsLong() < LEFT_FREE) {
        throw new IOException(directory + ": less than 64 MiB are free, which are the journal's");
      }
      if (file == null) {
        file = unlinkedFile();
        writeFully(ByteBuffer.wrap(memory, 0, (int) size), 0);
        memory = new byte[0];
      }
      writeFully(ByteBuffer.wrap(bytes, offset, length), size);
    }
    size += length;
  }

  private void writeFully(ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += file.write(bytes, position);
    }
  }

  private FileChannel unlinkedFile() throws IOException {
    Path path = directory.resolve("message-" + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.delete(path);
    return channel;
  }

  /** Octets written. */
  long size() {
    return size;
  }

  /** The message from its start; any number of times. */
  InputStream open() {
    return file == null
        ? new ByteArrayInputStream(memory, 0, (int) size)
        : new InputStream() {
          private long at;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
              return 0;
            }
            int count = file.read(ByteBuffer.wrap(bytes, offset, length), at);
            at += Math.max(0, count);
            return count;
          }
        };
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
