package org.whosent.indexer.store.segment.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.bytes.StoreFiles;

/**
 * Several files in one, in pages of which each has its checksum. Big-endian.
 *
 * <pre>
 * pages    of {@value #PAGE} bytes: {@value #DATA} of contents (the last one filled up with zeros),
 *          CRC-32C of the page's number (4 bytes) and of those
 * foot     {@value #FOOT} bytes: WsI1, bytes of contents (8), where in them the list of files
 *          begins (8), CRC-32C of these
 * </pre>
 *
 * The contents are the files one after the other, then their list: how many (4), and for each the
 * length of its name (2), the name in ASCII, its place (8) and length (8).
 */
final class PackedFile {
  static final int PAGE = 4096;
  static final int DATA = PAGE - 4;
  static final int FOOT = 24;
  private static final int MAGIC = 0x57734931;
  private static final int MAX_FILES = 1000;

  private PackedFile() {}

  /** A file in it. */
  record Entry(String name, long place, long length) {}

  /** Gives the contents of one file, piece by piece. */
  interface Source {
    /** Fills the array from the start; says how many bytes, or -1 at the end. */
    int read(byte[] into) throws IOException;
  }

  static int crc(int page, byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(page >>> 24);
    crc.update(page >>> 16);
    crc.update(page >>> 8);
    crc.update(page);
    crc.update(data, 0, DATA);
    return (int) crc.getValue();
  }

  /** Writes a packed file; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(PAGE * 64);
    private final byte[] page = new byte[DATA];
    private final List<Entry> entries = new ArrayList<>();
    private int inPage;
    private int pages;
    private long length;

    Writer(Path file) throws IOException {
      this.file = file;
      channel = StoreFiles.create(file);
    }

    void file(String name, Source source) throws IOException {
      long place = length;
      byte[] piece = new byte[1 << 16];
      for (int n = source.read(piece); n >= 0; n = source.read(piece)) {
        write(piece, n);
      }
      entries.add(new Entry(name, place, length - place));
    }

    private void write(byte[] bytes, int count) throws IOException {
      for (int at = 0; at < count; ) {
        int part = Math.min(count - at, DATA - inPage);
        System.arraycopy(bytes, at, page, inPage, part);
        inPage += part;
        at += part;
        if (inPage == DATA) {
          endPage();
        }
      }
      length += count;
    }

    private void endPage() throws IOException {
      buffer.put(page).putInt(crc(pages++, page));
      java.util.Arrays.fill(page, (byte) 0);
      inPage = 0;
      if (!buffer.hasRemaining()) {
        StoreFiles.writeFully(channel, file, buffer.flip());
        buffer.clear();
      }
    }

    /** Writes the list and forces all to disk; returns the file's length. */
    long finish() throws IOException {
      long list = length;
      ByteBuffer out = ByteBuffer.allocate(4 + entries.size() * 300);
      out.putInt(entries.size());
      for (Entry entry : entries) {
        byte[] name = entry.name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        out.putShort((short) name.length).put(name).putLong(entry.place).putLong(entry.length);
      }
      write(out.array(), out.position());
      if (inPage > 0) {
        endPage();
      }
      StoreFiles.writeFully(channel, file, buffer.flip());
      ByteBuffer foot = ByteBuffer.allocate(FOOT).putInt(MAGIC).putLong(length).putLong(list);
      foot.putInt(footCrc(foot.array())).flip();
      StoreFiles.writeFully(channel, file, foot);
      StoreFiles.force(channel, file);
      return channel.position();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static int footCrc(byte[] foot) {
    CRC32C crc = new CRC32C();
    crc.update(foot, 0, FOOT - 4);
    return (int) crc.getValue();
  }

  /**
   * Reads a packed file, checking each page. Mapped, and not unmapped before the garbage collector
   * comes by: no file of a segment is ever changed. Thread-safe.
   */
  static final class Reader {
    private final ByteBuffer bytes;
    private final long length;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * @param expected the file's length
     * @throws IOException when it is damaged
     */
    Reader(Path file, long expected) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        if (channel.size() != expected || expected < FOOT || expected > Integer.MAX_VALUE) {
          throw new IOException("its index is not as long as it was");
        }
        bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, expected);
      }
      byte[] foot = new byte[FOOT];
      bytes.get((int) expected - FOOT, foot);
      ByteBuffer in = ByteBuffer.wrap(foot);
      int magic = in.getInt();
      length = in.getLong();
      long list = in.getLong();
      long pages = (length + DATA - 1) / DATA;
      if (magic != MAGIC
          || in.getInt() != footCrc(foot)
          || length < 0
          || list < 0
          || list > length
          || pages * PAGE + FOOT != expected) {
        throw new IOException("the end of its index is damaged");
      }
      readList(list);
    }

    private void readList(long list) throws IOException {
      byte[] contents = new byte[(int) (length - list)];
      read(list, contents, 0, contents.length);
      ByteBuffer in = ByteBuffer.wrap(contents);
      int count = in.getInt();
      if (count < 0 || count > MAX_FILES) {
        throw new IOException("the list of its index is damaged");
      }
      for (int i = 0; i < count; i++) {
        byte[] name = new byte[in.getShort()];
        in.get(name);
        entries.add(
            new Entry(
                new String(name, java.nio.charset.StandardCharsets.US_ASCII),
                in.getLong(),
                in.getLong()));
      }
    }

    List<Entry> entries() {
      return entries;
    }

    /**
     * Copies bytes of the contents.
     *
     * @throws IOException when a page that they lie in is damaged
     */
    void read(long place, byte[] into, int offset, int count) throws IOException {
      byte[] data = new byte[DATA];
      for (int done = 0; done < count; ) {
        int page = Math.toIntExact((place + done) / DATA);
        int from = (int) ((place + done) % DATA);
        check(page, data);
        int part = Math.min(count - done, DATA - from);
        System.arraycopy(data, from, into, offset + done, part);
        done += part;
      }
    }

    private void check(int page, byte[] data) throws IOException {
      bytes.get(page * PAGE, data);
      if (bytes.getInt(page * PAGE + DATA) != crc(page, data)) {
        throw new IOException("page " + page + " of its index is damaged");
      }
    }

    /** Checks every page. */
    void verify() throws IOException {
      byte[] data = new byte[DATA];
      for (int page = 0; page < (bytes.capacity() - FOOT) / PAGE; page++) {
        check(page, data);
      }
    }
  }
}
