package org.whosent.query.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.whosent.record.message.OpenedMessage;

/**
 * The files of an archive, one in memory at a time: ZIP by the JDK, tar by Commons Compress. Names
 * in it are shown and nothing else; links and devices are passed over, and what is packed in it
 * once more stays packed. One for each archive; not thread-safe.
 */
final class ArchiveReader {
  /** Of one archive; a bomb unpacks to more. */
  static final long MAX_UNPACKED = 1L << 30;

  private static final int MAX_ENTRIES = 100_000;

  /** The first file of an Office document, which is a ZIP archive. */
  private static final Set<String> OFFICE =
      Set.of("[Content_Types].xml", "_rels/.rels", "mimetype");

  /** The one part of such a document that somebody wrote, or pasted a header into. */
  private static final Set<String> OFFICE_TEXT = Set.of("word/document.xml", "content.xml");

  /** In the names of the directories of an {@code .olm}. */
  private static final String OF_MAC_OUTLOOK = "com.microsoft.__";

  /** Who takes the files. */
  interface Files {
    void file(String name, byte[] content) throws IOException;
  }

  /** The way from file to file: the name of the next one, null behind the last. */
  private interface Entries {
    String next() throws IOException;
  }

  private final String name;
  private final InputReader.Sink sink;
  private final Files files;

  /**
   * @param name of the archive
   * @param sink is told what cannot be read
   */
  ArchiveReader(String name, InputReader.Sink sink, Files files) {
    this.name = name;
    this.sink = sink;
    this.files = files;
  }

  void zip(InputStream in) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(in)) {
      read(
          zip,
          () -> {
            ZipEntry entry = zip.getNextEntry();
            while (entry != null && entry.isDirectory()) {
              entry = zip.getNextEntry();
            }
            return entry == null ? null : entry.getName();
          },
          NotMail::archiveAdvice,
          true);
    }
  }

  void tar(InputStream in) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
      read(
          tar,
          () -> {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null && !isFile(entry)) {
              entry = tar.getNextEntry();
            }
            return entry == null ? null : entry.getName();
          },
          e -> NotMail.BROKEN_TAR,
          false);
    }
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

  private void read(
      InputStream archive, Entries entries, Function<Exception, String> advice, boolean mayBeOffice)
      throws IOException {
    long left = MAX_UNPACKED;
    int count = 0;
    boolean office = false;
    while (true) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      String entry;
      try {
        entry = entries.next();
        if (entry == null) {
          break;
        }
        office |= mayBeOffice && count == 0 && OFFICE.contains(entry);
        content.writeBytes(archive.readNBytes((int) Math.min(left, OpenedMessage.MAX_BYTES) + 1));
      } catch (IOException | RuntimeException e) {
        sink.unreadable(name, advice.apply(e));
        return;
      } catch (OutOfMemoryError e) {
        sink.unreadable(name, InputReader.NO_MEMORY);
        return;
      }
      left -= content.size();
      if (left < 0 || ++count > MAX_ENTRIES) {
        sink.unreadable(
            name,
            "the archive has more than %d files or %d bytes in it"
                .formatted(MAX_ENTRIES, MAX_UNPACKED));
        return;
      }
      byte[] unpacked = content.toByteArray();
      if (entry.contains(OF_MAC_OUTLOOK) || NotMail.isOfMacArchive(unpacked)) {
        sink.unreadable(name, NotMail.MAC_ARCHIVE);
        return;
      }
      if (!NotMail.isMacLeftover(unpacked) && (!office || OFFICE_TEXT.contains(entry))) {
        files.file(name + "!" + entry, unpacked);
      }
    }
    if (count == 0) {
      sink.unreadable(name, "the archive has no file in it");
    }
  }
}
