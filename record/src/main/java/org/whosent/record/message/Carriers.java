package org.whosent.record.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.outlook.OutlookFiles;

/**
 * Looks at the outermost shell of an input and opens it: abuse report (RFC 5965, XARF), bounce,
 * forward as attachment or in the text, header block, text. One shell at a time: whoever asks opens
 * what is inside anew, as long as the shell is known to be a carrier. Stateless.
 *
 * <p>A report that is broken (no part with the original, a part that cannot be opened) gives what
 * it has. Bounces that are no RFC 3464 reports are told by {@link OldBounce}.
 */
public final class Carriers {
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

  /** Of a text that is no message this much is searched for a quoted one. */
  private static final int MAX_TEXT = 4 << 20;

  /** RFC 3464 and 8098, and RFC 6533's forms of them. */
  private static final String[] NOTIFICATIONS = {
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/global-disposition-notification"
  };

  private static final Pattern MARKUP =
      Pattern.compile("(?i)<(?:html|body|div|p|br|table|pre|blockquote)[\\s/>]");

  private Carriers() {}

  /**
   * Opens one message, header block or text.
   *
   * @param allowance the input's, from which it takes
   * @throws UnreadableMessageException when it is empty or out of bounds
   */
  public static Report open(byte[] input, Allowance allowance) throws UnreadableMessageException {
    if (OutlookFiles.isOne(input)) {
      return message(OutlookMail.open(input), allowance);
    }
    byte[] plain = InputText.plain(input);
    if (XarfReport.looksLike(plain) && plain.length <= OpenedMessage.MAX_BYTES) {
      Optional<Report> xarf = XarfReport.read(plain, null);
      if (xarf.isPresent()) {
        return xarf.get();
      }
    }
    OpenedMessage message = OpenedMessage.open(plain);
    if (!isMail(message.headers()) || isSavedText(message.headers())) {
      return text(message, allowance);
    }
    return message(message, allowance);
  }

  /** The same of an input of which nothing more is opened. */
  public static Report open(byte[] input) throws UnreadableMessageException {
    return open(input, new Allowance());
  }

  /**
   * Opens a message that another one carried.
   *
   * @param allowance the input's, from which it takes
   * @throws UnreadableMessageException when it is out of bounds
   */
  public static Report open(OpenedMessage carried, Allowance allowance)
      throws UnreadableMessageException {
    return carried.isRendering() ? message(carried, allowance) : open(carried.source(), allowance);
  }

  private static Report message(OpenedMessage message, Allowance allowance)
      throws UnreadableMessageException {
    Report report = report(message, allowance);
    if (report != null) {
      return report;
    }
    if (!message.isRendering() && PastedText.isAltered(message)) {
      Report text = text(message, allowance);
      if (!text.inside().isEmpty()) {
        return text;
      }
    }
    if (!message.hasBody() && message.attachedRenderings().isEmpty()) {
      if (message.headers().fields().size() == 1) {
        // A header that a web form made one line of reads as one long field.
        Report text = text(message, allowance);
        if (!text.inside().isEmpty()) {
          return text;
        }
      }
      return new Report(Report.Shape.HEADERS, message, List.of(), Headers.NONE, "");
    }
    List<ReportedMessage> inside = inside(SignedContent.shown(message), allowance);
    return OldBounce.isOne(message, inside)
        ? new Report(Report.Shape.DSN, message, inside, OldBounce.fields(message), "")
        : new Report(Report.Shape.MESSAGE, message, inside, Headers.NONE, "");
  }

  private static Report text(OpenedMessage message, Allowance allowance)
      throws UnreadableMessageException {
    String text = Decoding.text(message.source(), "utf-8");
    String head = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    allowance.search(head);
    List<ReportedMessage> quoted = quotedInText(head);
    OpenedMessage body = OpenedMessage.ofBody(message.source());
    return new Report(Report.Shape.TEXT, body, quoted, Headers.NONE, text);
  }

  /**
   * What a message carries: attached, else quoted in its text, plain or HTML, else in an attached
   * text. What is attached below labels in the text belongs to the message that they speak of: only
   * a header of that one counts.
   */
  private static List<ReportedMessage> inside(OpenedMessage message, Allowance allowance) {
    allowance.search(message.plainText());
    allowance.search(message.htmlLines());
    Originals originals = Originals.of(message);
    allowance.unpack(originals.unpacked());
    if (!originals.found().isEmpty()) {
      return originals.found();
    }
    List<ReportedMessage> inText = inText(message);
    if (!inText.isEmpty() && PassedOn.hasIdentifier(inText.getFirst().message())) {
      return inText;
    }
    List<ReportedMessage> inFiles = new ArrayList<>();
    for (ReportedMessage quoted : originals.quoted(allowance)) {
      if (inText.isEmpty()) {
        inFiles.add(quoted);
      } else if (PassedOn.isSame(inText.getFirst().message(), quoted.message())) {
        inFiles.add(new ReportedMessage(quoted.message(), quoted.extent(), true));
      }
    }
    if (inFiles.isEmpty() && originals.hasMoreTexts()) {
      allowance.leaveOut();
    }
    return inFiles.isEmpty() ? inText : inFiles;
  }

  /** The message that is quoted in a message's own text; at most one. */
  static List<ReportedMessage> inText(OpenedMessage message) {
    List<ReportedMessage> quoted = quoted(message.plainText());
    return quoted.isEmpty() ? quoted(message.htmlLines()) : quoted;
  }

  /** The same of a text that may be a page. */
  static List<ReportedMessage> quotedInText(String text) {
    List<ReportedMessage> quoted = quoted(text);
    return quoted.isEmpty() && MARKUP.matcher(text).find()
        ? quoted(TextLines.ofHtml(text)) // a page saved from a webmail or a ticket
        : quoted;
  }

  /** RFC 6522's two kinds, by their parts: the Content-Type of the whole is often damaged. */
  private static Report report(OpenedMessage message, Allowance allowance) {
    OpenedMessage shown = SignedContent.shown(message);
    for (int i = 0; i < shown.leaves() && !isOriginal(shown.leaf(i)); i++) {
      if (shown.leaf(i).is("application/json")) {
        byte[] json = shown.content(i, OpenedMessage.MAX_BYTES);
        Optional<Report> xarf = XarfReport.read(json, message);
        if (xarf.isPresent()) {
          return xarf.get();
        }
      }
    }
    boolean claimed = shown.type().equals("multipart/report");
    Headers feedback = fields(shown, "message/feedback-report");
    if (!feedback.fields().isEmpty()) {
      return new Report(Report.Shape.ARF, message, inside(shown, allowance), feedback, "");
    }
    Headers status = fields(shown, NOTIFICATIONS);
    if (!status.fields().isEmpty()) {
      return new Report(Report.Shape.DSN, message, inside(shown, allowance), status, "");
    }
    if (!claimed || !message.hasBody()) {
      return null; // a bounce's header alone is a header
    }
    String type = shown.parameter("report-type").orElse("").toLowerCase(Locale.ROOT);
    return switch (type) {
      case "feedback-report" ->
          new Report(Report.Shape.ARF, message, inside(shown, allowance), Headers.NONE, "");
      case "delivery-status" ->
          new Report(Report.Shape.DSN, message, inside(shown, allowance), Headers.NONE, "");
      default -> null;
    };
  }

  /** What stands behind one may be its text, where its sender knew the boundary. */
  private static boolean isOriginal(Part part) {
    return part.is("message/rfc822") || part.is("text/rfc822-headers");
  }

  private static Headers fields(OpenedMessage message, String... types) {
    List<HeaderField> fields = new ArrayList<>();
    for (String type : types) {
      for (byte[] content : message.contents(type, MAX_FIELDS_BYTES)) {
        fields(content, true, fields);
      }
    }
    return new Headers(fields);
  }

  /**
   * Groups are separated by empty lines (RFC 3464 section 2.1), so they are read line by line. Some
   * gateways encode all behind the first group, and say so in that group's fields, against RFC
   * 2046: then what follows is decoded.
   */
  private static void fields(byte[] content, boolean mayBeEncoded, List<HeaderField> into) {
    HeaderBlock block = new HeaderBlock(MAX_FIELDS_BYTES, 10_000);
    boolean firstGroup = mayBeEncoded;
    int from = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] != '\n' && i != content.length - 1) {
        continue;
      }
      boolean groupEnds = block.line(content, from, i + 1) == HeaderBlock.Line.SEPARATOR;
      from = i + 1;
      if (firstGroup && groupEnds && !block.headers().fields().isEmpty()) {
        firstGroup = false;
        String encoding = block.headers().first("Content-Transfer-Encoding").orElse("");
        if (encoding.equalsIgnoreCase("base64")) {
          into.addAll(block.headers().fields());
          int length = content.length;
          fields(Decoding.content(content, from, length, "base64", MAX_FIELDS_BYTES), false, into);
          return;
        }
      }
    }
    into.addAll(block.headers().fields());
  }

  static List<ReportedMessage> quoted(String text) {
    return opened(QuotedMessage.find(PastedText.plain(text)));
  }

  /** The same by labels alone, of which those without a subject make no message to be traced. */
  static List<ReportedMessage> byAnyLabels(OpenedMessage message) {
    List<ReportedMessage> quoted = opened(QuotedMessage.byAnyLabels(message.plainText()));
    return quoted.isEmpty() ? opened(QuotedMessage.byAnyLabels(message.htmlLines())) : quoted;
  }

  private static List<ReportedMessage> opened(Optional<QuotedMessage.Found> found) {
    if (found.isEmpty()) {
      return List.of();
    }
    try {
      return List.of(
          new ReportedMessage(
              OpenedMessage.open(found.get().source()),
              ReportedMessage.Extent.QUOTED,
              found.get().belowLabels()));
    } catch (UnreadableMessageException e) {
      return List.of();
    }
  }

  /** What Outlook saves as text begins with its labels, of which no header has this one. */
  private static boolean isSavedText(Headers headers) {
    return headers.has("Sent")
        && !headers.has("Date")
        && !headers.has("Received")
        && !headers.has("Message-ID");
  }

  static boolean isMail(Headers headers) {
    return headers.fields().stream()
        .anyMatch(field -> KNOWN.contains(field.name().toLowerCase(Locale.ROOT)));
  }
}
