package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The message that a text quotes, beside one that is attached below the text. Mail programs forward
 * a message in the text and keep what it had attached: a spammer who attaches another user's
 * message has it stand there as if it was what the complaint is about. Stateless.
 */
public final class PassedOn {
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>()\\[\\]\"',;:@]{1,64}@[^\\s<>()\\[\\]\"',;:@]{1,255}");

  /** What is put before a subject on the way, and what is of no account in it. */
  private static final Pattern BESIDE_SUBJECT =
      Pattern.compile("(?i)^(?:[\\s\"']{0,9}[a-z]{2,3}:){1,9}|[\\s\"'<>]+");

  private static final int MAX_RECEIVED = 200;

  private PassedOn() {}

  /** The message that the text of a shell quotes, by its header or by labels, however few. */
  public static Optional<ReportedMessage> in(Report report) {
    List<ReportedMessage> quoted = Carriers.inText(report.shown());
    return (quoted.isEmpty() ? Carriers.byAnyLabels(report.shown()) : quoted).stream().findFirst();
  }

  /**
   * The message that a shell answers, of which it says no more than its sender's address; its
   * recipients are those who answer.
   */
  public static Optional<ReportedMessage> answered(Report report) {
    return Attribution.address(report.shown().plainText())
        .or(() -> Attribution.address(report.shown().htmlLines()))
        .map(address -> answered(address, addresses(report.outer())));
  }

  private static ReportedMessage answered(String from, List<String> to) {
    String header = "From: <%s>\nTo: %s\n\n".formatted(from, String.join(", ", to));
    try {
      OpenedMessage message = OpenedMessage.open(header.getBytes(StandardCharsets.UTF_8));
      return new ReportedMessage(message, ReportedMessage.Extent.QUOTED);
    } catch (UnreadableMessageException e) {
      throw new IllegalStateException("it is neither empty nor large", e);
    }
  }

  /** True for a text that says of a part of it that somebody else wrote that. */
  public static boolean isIn(String text) {
    return QuotedMessage.hasAttribution(text);
  }

  /** True for a text that begins with something else than a header. */
  public static boolean hasTextAboveHeader(String text) {
    return text.lines()
        .map(QuoteMarks::without)
        .filter(line -> !line.isBlank())
        .limit(1)
        .anyMatch(line -> !QuotedHeader.mayBegin(line));
  }

  /**
   * What a quotation by labels quotes by labels in its turn: whoever passed it on wrote the upper
   * ones. Empty where there is a header, or nothing.
   */
  public static Optional<ReportedMessage> within(ReportedMessage quoted) {
    return Carriers.inText(quoted.message()).stream()
        .filter(inner -> !hasIdentifier(inner.message()))
        .findFirst();
  }

  /** A header whose folded lines lost their indents, read as one that somebody pasted. */
  public static Optional<ReportedMessage> withoutIndents(OpenedMessage header) {
    String text = Decoding.text(header.asReceived().source(), "utf-8");
    return Carriers.quotedInText(text).stream()
        .filter(found -> hasIdentifier(found.message()))
        .findFirst();
  }

  /** True where it is quoted with more than labels. */
  public static boolean hasIdentifier(OpenedMessage quoted) {
    return quoted.headers().has("Message-ID") || quoted.headers().has("Received");
  }

  /**
   * Whether both may be the same message: by the servers' IDs and the Message-ID where both have
   * them; and by the sender, his address where both say it, and the subject where the quotation has
   * one. All but the servers' IDs its sender writes as he likes.
   */
  public static boolean isSame(OpenedMessage quoted, OpenedMessage attached) {
    Set<String> here = ids(quoted);
    Set<String> there = ids(attached);
    if (!here.isEmpty() && !there.isEmpty() && !there.containsAll(here)) {
      return false;
    }
    Optional<String> one = quoted.headers().first("Message-ID").map(PastedText::messageId);
    Optional<String> other = attached.headers().first("Message-ID").map(PastedText::messageId);
    if (one.isPresent() && other.isPresent() && !one.equals(other)) {
      return false;
    }
    List<String> senders = addresses(quoted);
    List<String> others = addresses(attached);
    boolean sender =
        senders.isEmpty() || others.isEmpty()
            ? alike(value(quoted, "From"), value(attached, "From"))
            : senders.getLast().equals(others.getLast());
    String subject = value(quoted, "Subject");
    return sender && (subject.isEmpty() || alike(subject, value(attached, "Subject")));
  }

  private static Set<String> ids(OpenedMessage message) {
    Set<String> ids = new LinkedHashSet<>();
    message.headers().all("Received").stream()
        .limit(MAX_RECEIVED)
        .map(value -> ReceivedField.parse(value).id())
        .filter(Objects::nonNull)
        .forEach(ids::add);
    return ids;
  }

  /** The addresses in From, folded, its own last. */
  private static List<String> addresses(OpenedMessage message) {
    String from = message.decoded("From").orElse("");
    LinkedHashSet<String> found = new LinkedHashSet<>();
    ADDRESS.matcher(from).results().forEach(a -> found.add(a.group().toLowerCase(Locale.ROOT)));
    return new ArrayList<>(found);
  }

  private static boolean alike(String here, String there) {
    return here.isEmpty() == there.isEmpty() && (here.contains(there) || there.contains(here));
  }

  private static String value(OpenedMessage message, String name) {
    String text = message.decoded(name).orElse("");
    return BESIDE_SUBJECT.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
  }
}
