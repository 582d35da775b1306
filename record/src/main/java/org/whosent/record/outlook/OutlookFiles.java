package org.whosent.record.outlook;

import java.io.IOException;
import java.util.Arrays;

/**
 * Tells Outlook's files by their first octets, and opens them. Stateless.
 *
 * <p>This class must not touch POI itself: it is asked of every input.
 */
public final class OutlookFiles {
  /** Taken out of one file, all messages in it together: parts of it may be named many times. */
  public static final int MAX_BYTES = 64 << 20;

  /** Of one message; those behind them are left out. */
  public static final int MAX_ATTACHMENTS = 500;

  /** Messages one in another; what lies deeper is left out. */
  public static final int MAX_DEPTH = 10;

  /** MS-CFB section 2.2. */
  private static final byte[] COMPOUND_FILE = {
    (byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1
  };

  /** MS-OXTNEF section 2.1.3.1. */
  private static final byte[] TNEF = {0x78, (byte) 0x9f, 0x3e, 0x22};

  private OutlookFiles() {}

  /** Whether it begins like a {@code .msg}, or another file of Office's old kind, or like TNEF. */
  public static boolean isOne(byte[] file) {
    return begins(file, COMPOUND_FILE) || isTnef(file);
  }

  /** Whether it begins like a {@code winmail.dat}. */
  public static boolean isTnef(byte[] file) {
    return begins(file, TNEF);
  }

  private static boolean begins(byte[] file, byte[] signature) {
    return file.length >= signature.length
        && Arrays.equals(file, 0, signature.length, signature, 0, signature.length);
  }

  /**
   * Opens one.
   *
   * @throws IOException when it is damaged, out of bounds, or no message; the reason is one line
   */
  public static OutlookItem open(byte[] file) throws IOException {
    Room room = new Room(MAX_BYTES);
    try {
      return isTnef(file) ? TnefReader.read(file, room) : MsgReader.read(file, room);
    } catch (StackOverflowError e) {
      throw new IOException("it is damaged", e);
    } catch (RuntimeException e) {
      // POI's own: index out of bounds, loops, lengths that cannot be.
      throw new IOException("it is damaged", e);
    }
  }
}
