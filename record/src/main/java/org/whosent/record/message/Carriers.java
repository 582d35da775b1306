package org.whosent.record.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the outermost shell of an input and opens it: abuse report (RFC 5965, XARF), bounce,
 * forward as attachment or in the text, header block, text. One shell at a time: whoever asks opens
 * what is inside anew, as long as the shell is known to be a carrier. Stateless.
 *
 * <p>A report that is broken (no part with the original, a part that cannot be opened) gives what
 * it has. Known weakness: bounces that are no RFC 3464 reports (qmail's, old Exim's) are read like
 * forwards in the text.
 */
public final class Carriers {
  /** Messages taken from one shell. */
  private static final int MAX_INSIDE = 100;

  /** Of a report's machine-readable part this much is read. */
  private static final int MAX_FIELDS_BYTES = 256 << 10;

  /** Names that make a block of fields the header of a mail message. */
  private static final Set<String> KNOWN =
      Set.of(
          "received",
          "from",
          "to",
          "subject",
          "date",
          "message-id",
          "return-path",
          "delivered-to",
          "envelope-to",
          "x-envelope-to",
          "x-original-to",
          "reply-to",
          "sender",
          "mime-version",
          "content-type",
          "dkim-signature",
          "authentication-results");

  private Carriers() {}

  /**
   * Opens one message, header block or text.
   *
   * @throws UnreadableMessageException when it is empty or out of bounds
   */
  public static Report open(byte[] input) throws UnreadableMessageException {
    if (XarfReport.looksLike(input) && input.length <= OpenedMessage.MAX_BYTES) {
      Optional<Report> xarf = XarfReport.read(input, null);
      if (xarf.isPresent()) {
        return xarf.get();
      }
    }
    OpenedMessage message = OpenedMessage.open(withoutLeadingBlankLines(input));
    if (!isMail(message.headers())) {
      String text = Decoding.text(message.source(), "utf-8");
      List<ReportedMessage> quoted = quoted(text);
      OpenedMessage body = OpenedMessage.ofBody(message.source());
      return new Report(Report.Shape.TEXT, body, quoted, Headers.NONE, text);
    }
    Report report = report(message);
    if (report != null) {
      return report;
    }
    if (!message.hasBody()) {
      return new Report(Report.Shape.HEADERS, message, List.of(), Headers.NONE, "");
    }
    List<ReportedMessage> inside = originals(message);
    if (inside.isEmpty()) {
      inside = quoted(message.text());
    }
    return new Report(Report.Shape.MESSAGE, message, inside, Headers.NONE, "");
  }

  /** RFC 6522's two kinds, by their parts: the Content-Type of the whole is often damaged. */
  private static Report report(OpenedMessage message) {
    for (byte[] json : message.contents("application/json", OpenedMessage.MAX_BYTES)) {
      Optional<Report> xarf = XarfReport.read(json, message);
      if (xarf.isPresent()) {
        return xarf.get();
      }
    }
    boolean claimed = message.type().equals("multipart/report");
    Headers feedback = fields(message, "message/feedback-report");
    if (!feedback.fields().isEmpty()) {
      return new Report(Report.Shape.ARF, message, originals(message), feedback, "");
    }
    Headers status = fields(message, "message/delivery-status", "message/global-delivery-status");
    if (!status.fields().isEmpty()) {
      return new Report(Report.Shape.DSN, message, originals(message), status, "");
    }
    if (!claimed) {
      return null;
    }
    String type = message.parameter("report-type").orElse("").toLowerCase(Locale.ROOT);
    return switch (type) {
      case "feedback-report" ->
          new Report(Report.Shape.ARF, message, originals(message), Headers.NONE, "");
      case "delivery-status" ->
          new Report(Report.Shape.DSN, message, originals(message), Headers.NONE, "");
      default -> null;
    };
  }

  private static Headers fields(OpenedMessage message, String... types) {
    List<HeaderField> fields = new ArrayList<>();
    for (String type : types) {
      for (byte[] content : message.contents(type, MAX_FIELDS_BYTES)) {
        // Groups are separated by empty lines (RFC 3464 section 2.1): read line by line.
        HeaderBlock block = new HeaderBlock(MAX_FIELDS_BYTES, 10_000);
        int from = 0;
        for (int i = 0; i < content.length; i++) {
          if (content[i] == '\n' || i == content.length - 1) {
            block.line(content, from, i + 1);
            from = i + 1;
          }
        }
        fields.addAll(block.headers().fields());
      }
    }
    return new Headers(fields);
  }

  /** Attached messages and header blocks. */
  private static List<ReportedMessage> originals(OpenedMessage message) {
    List<ReportedMessage> found = new ArrayList<>();
    for (String type : List.of("message/rfc822", "message/global")) {
      for (byte[] content : message.contents(type, OpenedMessage.MAX_BYTES)) {
        add(found, content, false);
      }
    }
    for (String type :
        List.of("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")) {
      for (byte[] content : message.contents(type, OpenedMessage.MAX_BYTES)) {
        add(found, content, true);
      }
    }
    return found;
  }

  static void add(List<ReportedMessage> found, byte[] content, boolean headerOnly) {
    if (found.size() >= MAX_INSIDE) {
      return;
    }
    try {
      OpenedMessage opened = OpenedMessage.open(withoutLeadingBlankLines(content));
      if (isMail(opened.headers())) {
        found.add(
            headerOnly
                ? new ReportedMessage(opened, ReportedMessage.Extent.HEADER)
                : ReportedMessage.of(opened));
      }
    } catch (UnreadableMessageException e) {
      // An empty or oversized part is as good as none; the report's fields still speak.
    }
  }

  private static List<ReportedMessage> quoted(String text) {
    Optional<byte[]> block = QuotedMessage.find(text);
    if (block.isEmpty()) {
      return List.of();
    }
    try {
      return List.of(
          new ReportedMessage(OpenedMessage.open(block.get()), ReportedMessage.Extent.QUOTED));
    } catch (UnreadableMessageException e) {
      return List.of();
    }
  }

  static boolean isMail(Headers headers) {
    return headers.fields().stream()
        .anyMatch(field -> KNOWN.contains(field.name().toLowerCase(Locale.ROOT)));
  }

  private static byte[] withoutLeadingBlankLines(byte[] input) {
    int at = 0;
    if (input.length > 2
        && input[0] == (byte) 0xEF
        && input[1] == (byte) 0xBB
        && input[2] == (byte) 0xBF) {
      at = 3; // a byte order mark
    }
    int start = at;
    while (at < input.length
        && (input[at] == '\n' || input[at] == '\r' || input[at] == ' ' || input[at] == '\t')) {
      at++;
      if (input[at - 1] == '\n' || input[at - 1] == '\r') {
        start = at;
      }
    }
    return start == 0 ? input : java.util.Arrays.copyOfRange(input, start, input.length);
  }
}
