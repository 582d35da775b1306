package org.whosent.query.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.dkim.VerifiedSignature;
import org.whosent.record.message.HeaderField;
import org.whosent.record.message.Headers;
import org.whosent.record.message.MailDate;
import org.whosent.record.message.MessageDigests;
import org.whosent.record.message.OpenedMessage;
import org.whosent.record.message.ReceivedField;
import org.whosent.record.message.ReportedMessage;

/**
 * All that a message, and the report around it, says. Immutable.
 *
 * @param message the message; null where a report has none
 * @param received its Received fields from the top
 * @param messageId null when there is none
 * @param delivered envelope recipients that the servers behind us wrote: above the sender's own
 *     fields, and in the report
 * @param addressees addresses in To and Cc
 * @param mailFrom the reverse-path; empty for the null one, null when not said
 * @param headerFrom the address in From; null when there is none
 * @param date the Date field
 * @param subject decoded
 * @param unlikeness what its text is to be compared by; null where a report has none
 * @param content whether there is content to compare
 * @param quoted true when it was quoted in a text, and its fields may have been written anew
 * @param wholeContent true when all of the content is here as it was received
 * @param signatures DKIM signatures of ours that verify
 * @param report the report's fields
 */
record Clues(
    OpenedMessage message,
    List<ReceivedField> received,
    String messageId,
    Set<String> delivered,
    Set<String> addressees,
    String mailFrom,
    String headerFrom,
    Instant date,
    String subject,
    Unlikeness unlikeness,
    boolean content,
    boolean quoted,
    boolean wholeContent,
    List<VerifiedSignature> signatures,
    Headers report) {
  /** Of a longer header this many Received fields are looked at; loops are cut far below. */
  static final int MAX_RECEIVED = 200;

  private static final int MAX_ADDRESSES = 500;
  private static final int MAX_MESSAGE_IDS = 20;

  /** RFC 3461 section 4.4. */
  private static final int MAX_ENVELOPE_ID = 100;

  /** Written by the server or the agent that delivers. */
  private static final Set<String> DELIVERY =
      Set.of(
          "delivered-to",
          "x-original-to",
          "envelope-to",
          "x-envelope-to",
          "x-delivered-to",
          "x-rcpt-args",
          "x-rcpt-to",
          "x-apparently-to",
          "x-resolved-to",
          "x-original-recipient",
          "x-hmxmroriginalrecipient",
          "original-recipient");

  /** RFC 3464 sections 2.3.1 and 2.3.2, RFC 5965 section 3.2. */
  private static final List<String> RECIPIENT_FIELDS =
      List.of("Final-Recipient", "Original-Recipient", "Original-Rcpt-To");

  /** Who has one of these has begun with the sender's own fields. */
  private static final Set<String> SENDERS =
      Set.of("from", "to", "date", "subject", "message-id", "mime-version");

  static Clues of(ReportedMessage reported, Headers report, Ours ours) {
    OpenedMessage message = reported.message();
    Headers headers = message.headers();
    List<ReceivedField> received =
        headers.all("Received").stream().limit(MAX_RECEIVED).map(ReceivedField::parse).toList();
    Set<String> delivered = new LinkedHashSet<>();
    String mailFrom = null;
    int line = -1;
    for (HeaderField field : headers.fields()) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (name.equals("received")) {
        line++;
        ReceivedField read = line < received.size() ? received.get(line) : null;
        if (read == null || ours.isOurs(read.by())) {
          break;
        }
        if (read.recipient() != null) {
          addresses(read.recipient(), delivered);
        }
      } else if (DELIVERY.contains(name)) {
        addresses(field.value(), delivered);
      } else if (mailFrom == null && (name.equals("return-path") || name.equals("x-mail-args"))) {
        mailFrom = path(field.value());
      } else if (SENDERS.contains(name)) {
        break;
      }
    }
    for (String name : RECIPIENT_FIELDS) {
      report.all(name).forEach(value -> addresses(typed(value), delivered));
    }
    if (mailFrom == null) {
      mailFrom = reportedMailFrom(report);
    }
    Set<String> addressees = new LinkedHashSet<>();
    for (String name : List.of("To", "Cc", "Resent-To", "Apparently-To")) {
      headers.all(name).forEach(value -> addresses(value, addressees));
    }
    Set<String> from = new LinkedHashSet<>();
    message.decoded("From").ifPresent(value -> addresses(value, from));
    boolean content = reported.extent() != ReportedMessage.Extent.HEADER && message.hasBody();
    return new Clues(
        message,
        received,
        messageId(message, received, ours),
        delivered,
        addressees,
        mailFrom,
        from.isEmpty() ? null : last(from),
        headers.first("Date").flatMap(MailDate::parse).orElse(null),
        message.decoded("Subject").orElse(null),
        new Unlikeness(message),
        content,
        reported.extent() == ReportedMessage.Extent.QUOTED,
        content && reported.wholeContent(),
        reported.extent() == ReportedMessage.Extent.QUOTED ? List.of() : ours.signatures(message),
        report);
  }

  /** Of a report without its message; {@code stated} is what it says in place of our field. */
  static Clues ofReport(Headers report, ReceivedField stated) {
    Set<String> delivered = new LinkedHashSet<>();
    for (String name : RECIPIENT_FIELDS) {
      report.all(name).forEach(value -> addresses(typed(value), delivered));
    }
    return new Clues(
        null,
        List.of(stated),
        null,
        delivered,
        Set.of(),
        reportedMailFrom(report),
        null,
        null,
        null,
        null,
        false,
        false,
        false,
        List.of(),
        report);
  }

  private static String reportedMailFrom(Headers report) {
    return report
        .first("Original-Mail-From")
        .or(() -> report.first("X-Postfix-Sender"))
        .map(value -> path(typed(value)))
        .orElse(null);
  }

  /** Of a single Received field. */
  static Clues ofReceived(ReceivedField field) {
    return new Clues(
        null,
        List.of(field),
        null,
        Set.of(),
        Set.of(),
        null,
        null,
        null,
        null,
        null,
        false,
        false,
        false,
        List.of(),
        Headers.NONE);
  }

  /**
   * What reporters put in place of what they hide: of an ID too, where they do so with addresses.
   */
  private static final Pattern REDACTED =
      Pattern.compile(
          "(?i)^<?x{1,80}(?:@|>?$)|redact|anonymi|[*]{3}|x{6}|[.]{3}|\\[(?:removed|hidden|deleted)");

  /** The uppermost Message-ID; none when the message was cut in the midst of it, or redacted. */
  private static String messageId(OpenedMessage message, List<ReceivedField> received, Ours ours) {
    List<HeaderField> fields = message.headers().fields();
    if (isReplacedByGoogle(fields, received, ours)) {
      return message.headers().first(GOOGLES).filter(Clues::isUsable).orElse(null);
    }
    boolean cut =
        !fields.isEmpty() && fields.getLast().is("Message-ID") && !message.headerIsWhole();
    return cut ? null : message.headers().first("Message-ID").filter(Clues::isUsable).orElse(null);
  }

  /** Whether a reporter has put something else in place of it. */
  static boolean isRedacted(String text) {
    return REDACTED.matcher(text).find();
  }

  private static boolean isUsable(String messageId) {
    return !messageId.isBlank()
        && !isRedacted(messageId)
        && messageId.length() <= SubmissionRecord.LONGEST_MESSAGE_ID;
  }

  /** In it Google keeps a Message-ID that it took for no valid one, and gave another for. */
  private static final String GOOGLES = "X-Google-Original-Message-ID";

  /** Above a field of ours only: below, its sender may have written both. */
  private static boolean isReplacedByGoogle(
      List<HeaderField> fields, List<ReceivedField> received, Ours ours) {
    boolean kept = false;
    int line = 0;
    for (HeaderField field : fields) {
      kept |= field.is(GOOGLES);
      if (field.is("Received")
          && line < received.size()
          && ours.isOurs(received.get(line++).by())) {
        return kept;
      }
    }
    return false;
  }

  /**
   * All Message-IDs below a field of ours, a redacted one too: of several, servers log now the
   * first and now the last, and a sender may write one that looks redacted. Where one stands above
   * that field, or there is no field, the uppermost alone: what a sender has below may be copied
   * with it.
   */
  List<String> messageIdsBelow(int line) {
    List<String> all = new ArrayList<>();
    int received = -1;
    boolean above = line == Candidate.NO_LINE;
    if (message != null) {
      for (HeaderField field : message.headers().fields()) {
        received += field.is("Received") ? 1 : 0;
        if (field.is("Message-ID") || field.is("Resent-Message-ID")) {
          above |= received < line;
          all.add(field.value());
        }
      }
    }
    int most = above ? 1 : MAX_MESSAGE_IDS;
    return all.size() <= most ? all : all.subList(0, most);
  }

  /**
   * Whether all of the content is here, or may be: who sends parts leaves out the end of the last
   * one as he likes, and what was cut on its way ends in the midst of a line.
   */
  boolean mayBeWhole() {
    return wholeContent || content && !quoted && !message.isRendering() && !message.endsInMidLine();
  }

  /** The digests of the content, made when first asked for; null where there is none to compare. */
  MessageDigests digests() {
    return content ? message.digests() : null;
  }

  /** Whether a field of this name says to whom a server delivered the message. */
  static boolean isDelivery(String name) {
    return DELIVERY.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a field of this name is written by the servers on the way, not by the sender. */
  static boolean isTrace(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return folded.equals("received")
        || folded.equals("return-path")
        || folded.equals("delivery-date")
        || folded.equals("x-mail-args")
        || folded.equals("x-helo-args")
        || folded.startsWith("x-client-")
        || DELIVERY.contains(folded);
  }

  /**
   * The identifier of RFC 9477 section 3.2, in the message or repeated by the report; null when
   * there is none. Only our MSA writes one, and lets no other in its form pass: another server's
   * queue ID there is whatever the sender wrote.
   */
  String feedbackId() {
    Optional<String> own =
        message == null ? Optional.empty() : message.headers().first("CFBL-Feedback-ID");
    return own.or(() -> report.first("CFBL-Feedback-ID"))
        .map(id -> id.replaceAll("\\s+", ""))
        .filter(id -> TransactionId.parse(id).isPresent())
        .orElse(null);
  }

  /** The report's Original-Envelope-Id (RFC 3464 section 2.2.1); null when there is none. */
  String envelopeId() {
    return report
        .first("Original-Envelope-Id")
        .map(ClueType.ENVELOPE_ID::fold)
        .filter(id -> !id.isEmpty() && id.length() <= MAX_ENVELOPE_ID)
        .orElse(null);
  }

  /** True when the message was cut before the sender's own fields began. */
  boolean cutInTrace() {
    return message != null
        && !message.hasBody()
        && message.headers().fields().stream()
            .noneMatch(field -> SENDERS.contains(field.name().toLowerCase(Locale.ROOT)));
  }

  /** True for a few of the sender's fields, pasted without those of any server, and no text. */
  boolean quotedWithoutTrace() {
    return quoted && message != null && received.isEmpty() && !message.hasBody();
  }

  /** True when the message was cut within its header, before a Message-ID. */
  boolean cutInHeader() {
    return message != null && !message.hasBody() && !message.headerIsWhole() && messageId == null;
  }

  /**
   * True when a header without its body, or a quoted one, has a field of the sender's above the
   * uppermost field of ours. Servers write theirs on top, so that somebody has sorted it.
   */
  boolean isOutOfOrder(Ours ours) {
    return (!content || quoted) && hasSendersFieldAboveOurs(ours);
  }

  /**
   * The same of any message. A server that adds a Date or a Message-ID may put it on top, and a
   * sender leaves these out as he likes: so it takes no name away, and only clears nobody.
   */
  boolean hasSendersFieldAboveOurs(Ours ours) {
    if (message == null) {
      return false;
    }
    boolean senders = false;
    int line = 0;
    for (HeaderField field : message.headers().fields()) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (name.equals("received")) {
        if (line < received.size() && ours.isOurs(received.get(line++).by())) {
          return senders;
        }
      } else {
        senders |= SENDERS.contains(name);
      }
    }
    return false;
  }

  /** The addresses in a text, folded, in their order. */
  static void addresses(String text, Set<String> into) {
    if (text.indexOf('@') >= 0) { // the regex would try every place of a text that has none
      MailAddresses.in(text, MAX_ADDRESSES, into);
    }
  }

  /** RFC 3464 section 2.1.2: {@code address-type ; address}. */
  static String typed(String value) {
    int semicolon = value.indexOf(';');
    return semicolon < 0 ? value.strip() : value.substring(semicolon + 1).strip();
  }

  private static String path(String value) {
    Set<String> found = new LinkedHashSet<>();
    addresses(value, found);
    return found.isEmpty() ? value.contains("<>") ? "" : null : found.iterator().next();
  }

  /** {@code "a@b" <c@d>}: the address stands last. */
  private static String last(Set<String> found) {
    return new ArrayList<>(found).getLast();
  }
}
