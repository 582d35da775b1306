package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipException;
import org.whosent.record.outlook.OutlookFiles;

/**
 * What can be seen of an archive or a compressed file that a message has attached: how far it could
 * be unpacked, and how its files begin, so that what was passed over can be named. ZIP, tar, 7z,
 * and gzip, bzip2 or xz of one file or of a tar archive, told by their content. What is packed once
 * more in it stays packed.
 *
 * @param beginnings the first octets of each file that was unpacked, in order; Outlook's files that
 *     can be opened are left out
 * @param end why there are no more
 */
public record AttachedArchive(List<byte[]> beginnings, End end) {
  /** Octets that tell whether a file is one. */
  public static final int HEAD = 512;

  /** Of all archives in one message, in bytes. */
  static final int MAX_UNPACKED = 128 << 20;

  private static final byte[] USTAR = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final int TAR_MAGIC_AT = 257;
  private static final int TAR_SUM_AT = 148;
  private static final int TAR_SUM_LENGTH = 8;

  /** How the reading of an archive ended. */
  public enum End {
    /** All of it was read. */
    WHOLE,
    /** A file in it asks for a password. */
    ENCRYPTED,
    /** It is damaged, cut off, or packed in a way that is not known. */
    BROKEN,
    /** More files or bytes than are read. */
    TOO_LARGE
  }

  public AttachedArchive {
    beginnings = List.copyOf(beginnings);
  }

  /** All archives in a message that are unpacked when it is traced; unpacked once. */
  public static List<AttachedArchive> of(OpenedMessage message) {
    if (message.archives == null) {
      Originals.of(message);
    }
    return message.archives;
  }

  /**
   * Unpacks one.
   *
   * @param room bytes that may still be unpacked
   * @param files takes each file that is whole
   */
  static AttachedArchive read(byte[] archive, int[] room, Consumer<byte[]> files) {
    List<byte[]> beginnings = new ArrayList<>();
    End end =
        Unpacker.read(
            archive,
            room,
            file -> {
              files.accept(file);
              if (!OutlookFiles.isOne(file) || !OutlookMail.isReadable(file)) {
                beginnings.add(Arrays.copyOf(file, Math.min(file.length, HEAD)));
              }
            });
    return new AttachedArchive(beginnings, end);
  }

  /** Whether it is opened where it is attached; {@link #HEAD} octets tell. */
  public static boolean isOne(byte[] head) {
    return Unpacker.Form.of(head) != null || isTar(head);
  }

  /** By the sum of its header too: its one word may stand in the middle of a mail's header. */
  public static boolean isTar(byte[] content) {
    int end = TAR_MAGIC_AT + USTAR.length;
    if (content.length < HEAD
        || !Arrays.equals(content, TAR_MAGIC_AT, end, USTAR, 0, USTAR.length)) {
      return false;
    }
    int sum = 0;
    int written = 0;
    for (int i = 0; i < HEAD; i++) {
      boolean ofSum = i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_LENGTH;
      sum += ofSum ? ' ' : content[i] & 0xff;
      written =
          ofSum && content[i] >= '0' && content[i] <= '7'
              ? written * 8 + content[i] - '0'
              : written;
    }
    return sum == written;
  }

  /** Whether a reader of archives, which knows no passwords, refused one for wanting one. */
  public static boolean isForPassword(Exception refusal) {
    return refusal instanceof ZipException
        && refusal.getMessage() != null
        && refusal.getMessage().contains("encrypted");
  }
}
