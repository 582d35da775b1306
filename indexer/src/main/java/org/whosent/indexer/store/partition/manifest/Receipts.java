package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.whosent.indexer.store.Actor;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.JsonOut;

/**
 * {@code receipts.jsonl}: one line for every purge and erasure, with who did it and never with the
 * name of whom it concerned. The line is in the manifest first, and {@link #ensure} brings it here,
 * so that a crash between the two neither loses nor doubles it. Stateless. Public for who forgets,
 * and for {@code Renewal}, which commits it.
 */
public final class Receipts {
  private Receipts() {}

  /** A case number is what somebody typed. */
  private static final int LONGEST_CASE = 200;

  /** So much is looked at for the last line, and for what a crash has left behind it. */
  private static final int TAIL = 1 << 14;

  /**
   * The line.
   *
   * @param caseNumber for which it was done, or null; a longer one is cut
   */
  public static String line(long sequence, PurgeReceipt receipt, Actor by, String caseNumber) {
    return JsonOut.object(
        false,
        out -> {
          out.number("v", 1);
          out.number("sequence", sequence);
          out.text("type", receipt.before() == null ? "erasure" : "purge");
          out.time("time", receipt.time());
          out.text("before", receipt.before() == null ? null : receipt.before().toString());
          out.number("days", receipt.days());
          if (receipt.before() != null) {
            out.texts("dates", receipt.dates());
          }
          out.number("records", receipt.records());
          out.number("held", receipt.held());
          out.number("bytes", receipt.bytes());
          if (caseNumber != null) {
            out.text(
                "case",
                caseNumber.length() > LONGEST_CASE
                    ? caseNumber.substring(0, LONGEST_CASE) + "…"
                    : caseNumber);
          }
          out.text("osUser", by.osUser());
          out.text("sudoUser", by.sudoUser());
          if (by.loginUid() != null) {
            out.number("loginUid", by.loginUid());
          }
          if (by.sudoUserDoubted()) {
            out.flag("sudoUserDoubted", true);
          }
          out.text("host", by.host());
        });
  }

  /**
   * Appends the manifest's receipt unless it is there: as the last line, or further up where a
   * manifest came from a backup and this file did not.
   */
  public static void ensure(Path data, Manifest manifest) throws IOException {
    if (manifest.receipt() == null) {
      return;
    }
    byte[] line = (manifest.receipt() + "\n").getBytes(StandardCharsets.UTF_8);
    Path file = data.resolve("receipts.jsonl");
    try (FileChannel channel =
        StoreFiles.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer tail = ByteBuffer.allocate((int) Math.min(channel.size(), TAIL));
      while (tail.hasRemaining()
          && channel.read(tail, channel.size() - tail.capacity() + tail.position()) >= 0) {
        // a read may be short
      }
      int cut = tail.capacity();
      while (cut > 0 && tail.get(cut - 1) != '\n') {
        cut--; // a torn line is written again
      }
      int start = cut - line.length;
      if (start >= 0 && Arrays.equals(tail.array(), start, cut, line, 0, line.length)
          || has(file, manifest.receipt())) {
        return;
      }
      channel.truncate(channel.size() - (tail.capacity() - cut));
      channel.position(channel.size());
      StoreFiles.writeFully(channel, file, ByteBuffer.wrap(line));
      StoreFiles.force(channel, file);
    }
  }

  /** Bytes as characters: what a crash has left of a line need not be text. */
  private static boolean has(Path file, String receipt) throws IOException {
    String line = new String(receipt.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line::equals);
    } catch (UncheckedIOException e) {
      throw StoreFiles.named(file, e.getCause());
    }
  }
}
