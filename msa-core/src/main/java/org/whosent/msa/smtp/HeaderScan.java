package org.whosent.msa.smtp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.whosent.record.TransactionId;

/**
 * A look over a message's header: no more than the server itself must know. Immutable.
 *
 * @param startsWithField false when the first line is no header field: whatever is put on top then
 *     needs an empty line after it, or that first line would become part of it
 * @param tooLarge true when the header is larger than allowed
 * @param messageId of the first Message-ID field, unfolded; null when there is none or it is empty
 * @param date of the first Date field, unfolded; null likewise
 * @param froms the values of the From fields, unfolded; empty when one is empty or too long
 * @param hasSender true when there is a Sender field
 * @param hasFeedback true when there is a field of RFC 9477 that is the sender's own
 * @param cuts where fields stand that are not to go on, in ascending order: Bcc, Resent-Bcc, and a
 *     CFBL-Feedback-ID that reads as a transaction ID. Those are ours to give out, and one that was
 *     copied from another user's message would lead complaints to that user
 * @param endsProperly true when the header ends in an empty line or with the message; after any
 *     other line, some readers go on looking for fields
 * @param received how many Received fields there are
 */
record HeaderScan(
    boolean startsWithField,
    boolean tooLarge,
    String messageId,
    String date,
    List<String> froms,
    boolean hasSender,
    boolean hasFeedback,
    List<CuttingStream.Cut> cuts,
    boolean endsProperly,
    int received) {
  /** The longest field value that is kept. */
  static final int MAX_VALUE = 998;

  /** Of a From field. */
  private static final int MAX_FROM = 8192;

  private static final int MAX_FROMS = 10;

  /**
   * Reads to the end of the header, and no more than {@code maxBytes} and a line.
   *
   * @param message with CRLF line endings
   */
  static HeaderScan of(InputStream message, int maxBytes) throws IOException {
    Collector collector = new Collector();
    InputStream in = new BufferedInputStream(message, 4096);
    byte[] line = new byte[256];
    int length = 0;
    int total = 0;
    while (true) {
      int b = in.read();
      if (b >= 0) {
        total++;
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, 2 * length);
        }
        line[length++] = (byte) b;
        if (total > maxBytes) {
          return collector.result(true);
        }
        if (b != '\n') {
          continue;
        }
      }
      boolean isInHeader = length > 0 && collector.line(line, length, total - length);
      collector.endsProperly =
          length == 0 || length <= 2 && line[length - 1] == '\n' && line[0] == '\r';
      if (!isInHeader || b < 0) {
        return collector.result(false);
      }
      length = 0;
    }
  }

  private static final class Collector {
    private boolean first = true;
    private boolean startsWithField;
    private int received;
    private List<byte[]> messageId;
    private List<byte[]> date;
    private final List<List<byte[]>> froms = new ArrayList<>();
    private boolean hasSender;
    private boolean hasFeedback;
    private final List<CuttingStream.Cut> cuts = new ArrayList<>();
    private boolean cutting;
    private List<byte[]> feedbackId;
    private boolean endsProperly;
    private List<byte[]> current;

    /** Takes a line; false when it is not of the header. */
    boolean line(byte[] bytes, int length, long offset) {
      int end = length;
      while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
        end--;
      }
      boolean isFirst = first;
      first = false;
      if (!isFirst && end > 0 && (bytes[0] == ' ' || bytes[0] == '\t')) {
        if (current != null) {
          current.add(java.util.Arrays.copyOf(bytes, end));
        }
        if (cutting) {
          long from = cuts.removeLast().from();
          cuts.add(new CuttingStream.Cut(from, offset + length));
        }
        return true;
      }
      endFeedbackId();
      current = null;
      cutting = false;
      int colon = nameEnd(bytes, end);
      if (colon < 0) {
        return false;
      }
      startsWithField = startsWithField || isFirst;
      String name =
          new String(bytes, 0, colon, StandardCharsets.US_ASCII).strip().toLowerCase(Locale.ROOT);
      byte[] value = java.util.Arrays.copyOfRange(bytes, colon + 1, end);
      switch (name) {
        case "received" -> received++;
        case "message-id" -> {
          if (messageId == null) {
            current = messageId = new ArrayList<>(List.of(value));
          }
        }
        case "sender" -> hasSender = true;
        case "cfbl-address" -> hasFeedback = true;
        case "cfbl-feedback-id" -> {
          cutting = true;
          cuts.add(new CuttingStream.Cut(offset, offset + length));
          current = feedbackId = new ArrayList<>(List.of(value));
        }
        case "bcc", "resent-bcc" -> {
          cutting = true;
          cuts.add(new CuttingStream.Cut(offset, offset + length));
        }
        case "from" -> {
          if (froms.size() < MAX_FROMS) {
            current = new ArrayList<>(List.of(value));
            froms.add(current);
          }
        }
        case "date" -> {
          if (date == null) {
            current = date = new ArrayList<>(List.of(value));
          }
        }
        default -> {}
      }
      return true;
    }

    /** Now that all of it was read: one that is no transaction ID stays where it is. */
    private void endFeedbackId() {
      if (feedbackId == null) {
        return;
      }
      String id = text(feedbackId, Integer.MAX_VALUE); // blanks in it are endless if need be
      if (id == null || TransactionId.parse(id.replaceAll("\\s+", "")).isEmpty()) {
        cuts.removeLast();
        hasFeedback = true;
      }
      feedbackId = null;
    }

    /** Where the colon is: RFC 5322 section 3.6.8, and the obsolete blanks before it. */
    private static int nameEnd(byte[] bytes, int end) {
      int i = 0;
      while (i < end && bytes[i] > ' ' && bytes[i] < 0x7f && bytes[i] != ':') {
        i++;
      }
      int nameLength = i;
      while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
        i++;
      }
      return nameLength > 0 && i < end && bytes[i] == ':' ? i : -1;
    }

    HeaderScan result(boolean tooLarge) {
      endFeedbackId();
      return new HeaderScan(
          startsWithField,
          tooLarge,
          text(messageId, MAX_VALUE),
          text(date, MAX_VALUE),
          froms.stream().map(Collector::from).toList(),
          hasSender,
          hasFeedback,
          List.copyOf(cuts),
          endsProperly,
          received);
    }

    private static String from(List<byte[]> parts) {
      String value = text(parts, Integer.MAX_VALUE);
      return value == null || value.length() > MAX_FROM ? "" : value;
    }

    private static String text(List<byte[]> parts, int most) {
      if (parts == null) {
        return null;
      }
      StringBuilder unfolded = new StringBuilder();
      for (byte[] part : parts) {
        if (unfolded.length() > most) {
          break;
        }
        // RFC 5322 section 2.2.3: unfolding takes away the line end and leaves the blank.
        unfolded.append(decode(part));
      }
      String value = unfolded.toString().strip();
      if (value.length() > most) {
        value = value.substring(0, most);
      }
      return value.isEmpty() ? null : value;
    }

    private static String decode(byte[] bytes) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
      }
    }
  }
}
