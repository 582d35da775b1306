package org.whosent.record.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.PasswordRequiredException;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.tukaani.xz.XZInputStream;
import org.whosent.record.message.AttachedArchive.End;

/**
 * Unpacks an archive or a compressed file that is in memory: ZIP, gzip by the JDK, tar, 7z and
 * bzip2 by Commons Compress, xz by its own library. Bounded in files, bytes and memory; links and
 * devices are passed over, and names are not looked at. Stateless.
 */
final class Unpacker {
  private static final int MAX_ENTRIES = 10_000;

  /** What a file counts for at least: a packed list of empty ones is small. */
  private static final int LEAST_FILE = 8 << 10;

  /** What a 7z or xz archive may ask for to be unpacked with: their default, with some room. */
  private static final int MAX_MEMORY_KIB = 100 << 10;

  /** The forms that are opened. */
  enum Form {
    ZIP("504b0304"),
    SEVEN_Z("377abcaf271c"),
    GZIP("1f8b"),
    BZIP2("425a68"),
    XZ("fd377a585a00");

    private final byte[] magic;

    Form(String hex) {
      this.magic = HexFormat.of().parseHex(hex);
    }

    boolean begins(byte[] file) {
      return file.length > magic.length
          && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
    }

    /** Null for what is none of them. */
    static Form of(byte[] file) {
      for (Form form : values()) {
        if (form.begins(file)) {
          return form == BZIP2 && !isBzip2(file) ? null : form;
        }
      }
      return null;
    }

    /** A text may begin with the three letters: the block's number, which is pi, stands behind. */
    private static boolean isBzip2(byte[] file) {
      byte[] pi = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
      return file.length >= 10 && Arrays.equals(file, 4, 10, pi, 0, 6);
    }
  }

  /** The way from file to file of one archive. */
  private interface Entries {
    /** The content of the next file; null behind the last. */
    InputStream next() throws IOException;
  }

  private Unpacker() {}

  /**
   * Unpacks file by file; what was read before the end counts.
   *
   * @param room bytes that may still be unpacked; what this takes is taken off
   * @param files takes each file that is whole
   */
  static End read(byte[] archive, int[] room, Consumer<byte[]> files) {
    try {
      Form form = Form.of(archive);
      InputStream in = new ByteArrayInputStream(archive);
      if (form == null) {
        return tar(archive, room, files);
      }
      return switch (form) {
        case ZIP -> zip(in, room, files);
        case SEVEN_Z -> sevenZ(archive, room, files);
        case GZIP -> compressed(new GZIPInputStream(in), room, files);
        case BZIP2 -> compressed(new BZip2CompressorInputStream(in, true), room, files);
        case XZ -> compressed(new XZInputStream(in, MAX_MEMORY_KIB), room, files);
      };
    } catch (IOException | RuntimeException e) { // of what attackers pack, readers trip over much
      return e instanceof PasswordRequiredException || AttachedArchive.isForPassword(e)
          ? End.ENCRYPTED
          : End.BROKEN;
    }
  }

  private static End zip(InputStream in, int[] room, Consumer<byte[]> files) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(in)) {
      return read(
          () -> {
            ZipEntry entry = zip.getNextEntry();
            return entry == null ? null : zip;
          },
          room,
          files);
    }
  }

  private static End tar(byte[] archive, int[] room, Consumer<byte[]> files) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
      return read(
          () -> {
            TarArchiveEntry entry = tar.getNextEntry();
            for (int n = 0; entry != null && !isFile(entry); n++) {
              if (n >= MAX_ENTRIES) {
                throw new IOException("nothing but directories and links");
              }
              entry = tar.getNextEntry();
            }
            return entry == null ? null : tar;
          },
          room,
          files);
    }
  }

  private static End sevenZ(byte[] archive, int[] room, Consumer<byte[]> files) throws IOException {
    try (SevenZFile file =
        SevenZFile.builder()
            .setSeekableByteChannel(new SeekableInMemoryByteChannel(archive))
            .setMaxMemoryLimitKiB(MAX_MEMORY_KIB)
            .get()) {
      return read(
          () -> {
            SevenZArchiveEntry entry = file.getNextEntry();
            while (entry != null && (entry.isDirectory() || !entry.hasStream())) {
              entry = file.getNextEntry();
            }
            return entry == null ? null : file.getInputStream(entry);
          },
          room,
          files);
    }
  }

  /** One file, or a tar archive. */
  private static End compressed(InputStream in, int[] room, Consumer<byte[]> files)
      throws IOException {
    byte[][] unpacked = {null};
    InputStream[] once = {in};
    try (in) {
      End end =
          read(
              () -> {
                InputStream next = once[0];
                once[0] = null;
                return next;
              },
              room,
              file -> unpacked[0] = file);
      if (end != End.WHOLE) {
        return end;
      }
    }
    if (AttachedArchive.isTar(unpacked[0])) {
      return tar(unpacked[0], room, files);
    }
    files.accept(unpacked[0]);
    return End.WHOLE;
  }

  private static End read(Entries entries, int[] room, Consumer<byte[]> files) throws IOException {
    int count = 0;
    InputStream entry;
    while ((entry = entries.next()) != null) {
      if (count++ >= MAX_ENTRIES) {
        return End.TOO_LARGE;
      }
      int most = Math.min(OpenedMessage.MAX_BYTES, room[0]);
      byte[] file = entry.readNBytes(most + 1);
      room[0] = Math.max(-1, room[0] - Math.max(LEAST_FILE, file.length));
      if (file.length > most) {
        return End.TOO_LARGE; // a bomb
      }
      files.accept(file);
    }
    return count == 0 ? End.BROKEN : End.WHOLE;
  }

  /** For Commons Compress links and devices are files too. */
  private static boolean isFile(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isLink()
        && !entry.isSymbolicLink()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO();
  }
}
