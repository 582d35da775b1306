package org.whosent.record.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.whosent.record.outlook.OutlookFiles;

/**
 * What can be seen of a ZIP archive that a message has attached: how far it could be unpacked, and
 * how its files begin, so that what was passed over can be named.
 *
 * @param beginnings the first octets of each file that was unpacked, in order; Outlook's files that
 *     can be opened are left out
 * @param end why there are no more
 */
public record AttachedArchive(List<byte[]> beginnings, End end) {
  /** Of all archives in one message, in bytes. */
  static final int MAX_UNPACKED = 128 << 20;

  private static final int MAX_ENTRIES = 10_000;

  /** How the reading of an archive ended. */
  public enum End {
    /** All of it was read. */
    WHOLE,
    /** A file in it asks for a password. */
    ENCRYPTED,
    /** It is damaged, cut off, or packed in a way that is not known (bzip2, LZMA). */
    BROKEN,
    /** More files or bytes than are read. */
    TOO_LARGE
  }

  public AttachedArchive {
    beginnings = List.copyOf(beginnings);
  }

  /**
   * All ZIP archives in a message that are unpacked when it is traced.
   *
   * @param octets of each file's beginning
   */
  public static List<AttachedArchive> of(OpenedMessage message, int octets) {
    List<AttachedArchive> archives = new ArrayList<>();
    int[] room = {MAX_UNPACKED};
    for (int i = 0; i < message.leaves(); i++) {
      if (!message.leaf(i).type().startsWith("text/") && isZip(message.content(i, 4))) {
        List<byte[]> beginnings = new ArrayList<>();
        End end =
            read(
                message.content(i, OpenedMessage.MAX_BYTES),
                room,
                file -> {
                  if (!OutlookFiles.isOne(file) || !OutlookMail.isReadable(file)) {
                    beginnings.add(Arrays.copyOf(file, Math.min(file.length, octets)));
                  }
                });
        archives.add(new AttachedArchive(beginnings, end));
      }
    }
    return archives;
  }

  static boolean isZip(byte[] head) {
    return head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
  }

  /** Whether the JDK, which knows no passwords, refused an archive for wanting one. */
  public static boolean isForPassword(Exception refusal) {
    return refusal instanceof ZipException
        && refusal.getMessage() != null
        && refusal.getMessage().contains("encrypted");
  }

  /**
   * Unpacks file by file; what was read before the end counts.
   *
   * @param room bytes that may still be unpacked; what this takes is taken off
   * @param files takes each file that is whole
   */
  static End read(byte[] archive, int[] room, Consumer<byte[]> files) {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      int entries = 0;
      ZipEntry entry;
      while ((entry = zip.getNextEntry()) != null) {
        if (entries++ >= MAX_ENTRIES) {
          return End.TOO_LARGE;
        }
        int most = Math.min(OpenedMessage.MAX_BYTES, room[0]);
        byte[] file = zip.readNBytes(most + 1);
        room[0] -= file.length;
        if (file.length > most) {
          return End.TOO_LARGE; // a bomb
        }
        files.accept(file);
      }
      return entries == 0 ? End.BROKEN : End.WHOLE;
    } catch (IOException | IllegalArgumentException e) {
      return isForPassword(e) ? End.ENCRYPTED : End.BROKEN;
    }
  }
}
