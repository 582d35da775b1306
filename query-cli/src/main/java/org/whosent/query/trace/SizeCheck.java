package org.whosent.query.trace;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.HeaderField;
import org.whosent.record.message.OpenedMessage;

/**
 * The size of the message held against the size that our server counted. Of what a mail log knows
 * it is all that says anything of the content, so it decides where there are no digests: whoever
 * has got a message can copy its whole header over a text of his own, and everything else fits.
 *
 * <p>It matches when the recorded size is that of the message as it is, or as it is with its text
 * in another transfer encoding, give or take the fields that later servers add; behind a hop that
 * got it from us also with a footer of a list. Known weakness: who copies a header can make his
 * text as long as the one he got. Stateless.
 */
final class SizeCheck {
  /** Folding of fields, trailing blank lines. */
  private static final long SLACK = 100;

  /** Where nothing was folded anew. */
  private static final long EXACT = 16;

  /** Of the size; folding and line endings grow with it. */
  private static final int SLACK_PART = 50;

  private static final long MAX_SLACK = 4096;

  /** What lists and companies append: less to a short message. */
  private static final long FOOTER = 700;

  private static final long SHORT_FOOTER = 160;

  /** What a server writes above the message, and is missing where no field of ours is left. */
  private static final long OWN_FIELDS = 800;

  private static final long LEAST_FIELDS = 150;

  /** Fields that servers and lists behind us put among the sender's own. */
  private static final List<String> ADDED =
      List.of(
          "list-",
          "x-mailman",
          "x-beenthere",
          "precedence",
          "errors-to",
          "x-spam",
          "x-virus",
          "arc-",
          "authentication-results",
          "dkim-signature",
          "x-ms-",
          "x-google",
          "x-gm-");

  /** The limit of one line that Sendmail reads, less what it unfolds. */
  private static final long SENDMAIL_FIELD = 2000;

  /** Its limit of a whole header (MaxHeadersLength). */
  private static final long SENDMAIL_HEADER = 32 << 10;

  /** {@code YMDhms}, two that count, the process ID ({@code assign_queueid} of {@code queue.c}). */
  private static final Pattern SENDMAIL_ID = Pattern.compile("[0-9A-Za-z]{8}[0-9]{6,7}");

  private static final Pattern OPENSMTPD_ID = Pattern.compile("[0-9a-f]{8}");

  private static final Pattern EXIM_ID =
      Pattern.compile("[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}");

  private SizeCheck() {}

  /** Adds what it comes to; the checks of the route stand in the evidence already. */
  static void check(Clues clues, SubmissionRecord record, int line, List<Evidence> evidence) {
    Evidence size = size(clues, record, line, evidence);
    evidence.add(size);
    if (size.result() == Evidence.Result.MISMATCH
        && clues.wholeContent()
        && !clues.message().hasUnopenedParts()
        && least(clues, line) > record.size() * 3 / 2 + 2 * MAX_SLACK) {
      evidence.add(Evidence.mismatch(Check.FAR_SIZE, size.detail()));
    }
  }

  private static Evidence size(
      Clues clues, SubmissionRecord record, int line, List<Evidence> before) {
    if (record.size() == null) {
      return Evidence.absent(Check.SIZE, "not recorded");
    }
    if (!clues.content()) {
      return Evidence.absent(Check.SIZE, "no content to compare");
    }
    if (clues.message().isRendering()) {
      return Evidence.absent(Check.SIZE, "Outlook kept a rendering, of another size");
    }
    if (line != Candidate.NO_LINE
        && clues.received().get(line).id() != null
        && record.continuationIds().contains(clues.received().get(line).id())
        && !record.transactionId().equals(clues.received().get(line).id())) {
      return Evidence.absent(Check.SIZE, "the field is of a content filter's way back");
    }
    boolean noLine = line == Candidate.NO_LINE;
    OpenedMessage message = clues.message();
    long here = here(message, line);
    String both = "%d octets, the record %d".formatted(here, record.size());
    long slack = SLACK + Math.min(MAX_SLACK, record.size() / SLACK_PART);
    if (!clues.mayBeWhole()) {
      // Quoting drops and adds a little; a quotation with much more in it is of something else.
      return here > record.size() * 3 / 2 + FOOTER + OWN_FIELDS + 2 * slack
          ? Evidence.mismatch(Check.SIZE, both)
          : Evidence.absent(Check.SIZE, "the message is not complete");
    }
    boolean hop =
        before.stream()
            .anyMatch(
                e ->
                    e.result() == Evidence.Result.MATCH
                        && (e.check() == Check.HAND_OVER
                            || e.check() == Check.ROUTE
                            || e.check() == Check.NEXT_HOP_ID));
    boolean way = hop || deliveredHere(clues, record);
    if (way && message.endsInMidLine() && here < record.size() - slack) {
      return Evidence.absent(Check.SIZE, "the message is not complete");
    }
    long less =
        added(message, line)
            + (hop || listed(message) ? footer(record) : 0)
            + (noLine ? trace(message) : 0);
    long more = noLine ? missing(record) : justAbove(message, line);
    HeaderField ownField = noLine ? null : ownField(message, line);
    // Some servers count before they write their own field.
    long own = ownField == null ? 0 : octets(ownField);
    long twice = isOpenSmtpd(ownField, record) ? own : 0;
    LongPredicate fits =
        size ->
            within(record.size(), size - less - slack, size + more + slack)
                || within(record.size(), size - own - less - slack, size - own + more + slack)
                || within(record.size(), size + twice - less - slack, size + twice + more + slack);
    long endings = endings(message, line, record);
    long fed = here - endings;
    // Mostly it is the message as it is; only else is its text decoded.
    if (fits.test(here)
        || endings > slack / 2 && fits.test(fed)
        || fitsPrepended(message, line, record.size() - here)
        || twice > 0 && fitsPrepended(message, line, record.size() - fed - twice)
        || message.sizes().reencodings().stream().anyMatch(change -> fits.test(here + change))) {
      return Evidence.match(Check.SIZE, both);
    }
    if (handedOver(before) && maybeCutBySendmail(message, line, record, here)) {
      return Evidence.absent(Check.SIZE, both + "; Sendmail cuts long header fields");
    }
    // Whoever copies the hop as well could as well write a text of that size.
    return handedOver(before) && !clues.wholeContent() && here < record.size()
        ? Evidence.absent(Check.SIZE, both + "; the message is not complete")
        : Evidence.mismatch(Check.SIZE, both);
  }

  private static boolean within(long size, long from, long to) {
    return size >= from && size <= to;
  }

  /**
   * What is counted less where a line ends in one octet, as Exim, Sendmail and OpenSMTPD count,
   * whose queue IDs are known by their form. In a large message, or one of short lines, that is
   * more than the slack.
   */
  private static long endings(OpenedMessage message, int line, SubmissionRecord record) {
    return EXIM_ID.matcher(record.transactionId()).matches()
            || isSendmails(record)
            || record.messageId() == null && OPENSMTPD_ID.matcher(record.transactionId()).matches()
        ? message.sizes().endingsFromReceived(line)
        : 0;
  }

  /** Other servers' IDs may have that form, but hardly ever the day of the message in it. */
  private static boolean isSendmails(SubmissionRecord record) {
    String id = record.transactionId();
    ZonedDateTime time = record.time().atZone(ZoneOffset.UTC);
    return SENDMAIL_ID.matcher(id).matches()
        && Character.digit(id.charAt(1), 36) == time.getMonthValue() - 1
        && Character.digit(id.charAt(2), 36) == time.getDayOfMonth();
  }

  /**
   * True for Sendmail, by the form of the queue ID: it writes its field when a message begins to
   * come, and logs it when all has come. Where no Message-ID tells it from another the time must.
   */
  static boolean isLoggedAtItsEnd(SubmissionRecord record) {
    return record.messageId() != null && SENDMAIL_ID.matcher(record.transactionId()).matches();
  }

  private static boolean handedOver(List<Evidence> before) {
    return before.stream()
        .anyMatch(e -> e.check() == Check.HAND_OVER && e.result() == Evidence.Result.MATCH);
  }

  /**
   * Sendmail logs the size that came, and cuts fields of some two thousand octets and more when it
   * sends. Its queue IDs are known by their form. The way must be shown then, for the size no
   * longer says anything.
   */
  private static boolean maybeCutBySendmail(
      OpenedMessage message, int line, SubmissionRecord record, long here) {
    return here < record.size()
        && record.size() - here <= SENDMAIL_HEADER
        && SENDMAIL_ID.matcher(record.transactionId()).matches()
        && longestBelow(message, line) >= SENDMAIL_FIELD;
  }

  private static long longestBelow(OpenedMessage message, int line) {
    long longest = 0;
    int seen = -1;
    for (HeaderField field : message.headers().fields()) {
      seen += field.is("Received") ? 1 : 0;
      if (seen >= line) {
        longest = Math.max(longest, octets(field));
      }
    }
    return longest;
  }

  /**
   * What may have been cut off above the sender's own fields: no more than a part of a short
   * message, or half of it could be another text.
   */
  private static long missing(SubmissionRecord record) {
    return Math.min(OWN_FIELDS, LEAST_FIELDS + record.size() / 4);
  }

  /** A mailbox of our own: no hop can stand above our field then. */
  private static boolean deliveredHere(Clues clues, SubmissionRecord record) {
    return record.recipients().stream()
        .anyMatch(
            recipient ->
                Boolean.TRUE.equals(recipient.local())
                    && clues.delivered().contains(Ours.fold(recipient.address())));
  }

  private static long here(OpenedMessage message, int line) {
    return line == Candidate.NO_LINE ? message.sizes().whole() : message.sizes().fromReceived(line);
  }

  /** The smallest that the message can have been, but for its footer. */
  private static long least(Clues clues, int line) {
    OpenedMessage message = clues.message();
    long change = Collections.min(message.sizes().reencodings());
    return here(message, line)
        + change
        - added(message, line)
        - (line == Candidate.NO_LINE ? trace(message) : 0);
  }

  /** True when the content is here, and neither a digest nor its size shows it to be the one. */
  static boolean unproven(Candidate held) {
    SubmissionRecord record = held.record();
    return record.bodyDigest() == null
        && record.textDigest() == null
        && held.mismatches(Check.SIZE);
  }

  /** Whether a list says that it sent it on (RFC 2919), also one that hands it to its own host. */
  private static boolean listed(OpenedMessage message) {
    return message.headers().has("List-Id");
  }

  private static long footer(SubmissionRecord record) {
    return Math.min(FOOTER, SHORT_FOOTER + record.size() / 4);
  }

  /** Below the record's own field; what stands above it is not counted at all. */
  private static long added(OpenedMessage message, int line) {
    long octets = 0;
    int seen = -1;
    for (HeaderField field : message.headers().fields()) {
      seen += field.is("Received") ? 1 : 0;
      boolean counted = line == Candidate.NO_LINE || seen >= line;
      octets += counted && isAdded(field) ? octets(field) : 0;
    }
    return octets;
  }

  private static boolean isAdded(HeaderField field) {
    String name = field.name();
    for (String start : ADDED) {
      if (name.regionMatches(true, 0, start, 0, start.length())) {
        return true;
      }
    }
    return false;
  }

  /** What those who deliver write above the message; below a field of ours it is not counted. */
  private static long trace(OpenedMessage message) {
    return message.headers().fields().stream()
        .filter(field -> Clues.isTrace(field.name()))
        .mapToLong(SizeCheck::octets)
        .sum();
  }

  private static HeaderField ownField(OpenedMessage message, int line) {
    int seen = 0;
    for (HeaderField field : message.headers().fields()) {
      if (field.is("Received") && seen++ == line) {
        return field;
      }
    }
    return null;
  }

  /**
   * OpenSMTPD counts its own field as it writes it and, where a filter gets the message, once more
   * as it comes back (smtp_session.c). Its log has no Message-IDs.
   */
  private static boolean isOpenSmtpd(HeaderField ownField, SubmissionRecord record) {
    return ownField != null
        && record.messageId() == null
        && OPENSMTPD_ID.matcher(record.transactionId()).matches()
        && ownField.value().contains(" (OpenSMTPD) with ");
  }

  /** A signature and other marks that our server's filters put above its own field. */
  private static long justAbove(OpenedMessage message, int line) {
    long octets = 0;
    int seen = 0;
    for (HeaderField field : message.headers().fields()) {
      if (field.is("Received")) {
        if (seen++ == line) {
          return octets;
        }
        octets = 0;
      } else if (isAdded(field)) {
        octets += octets(field);
      }
    }
    return 0;
  }

  /**
   * What a policy service (Postfix's PREPEND) or a filter (OpenSMTPD's) had our server put above
   * its own field, and what it counted then: of all that stands there the lower fields, whatever
   * they are called. As nobody else can tell these from what others put there, the rest of the
   * message must have its size.
   */
  private static boolean fitsPrepended(OpenedMessage message, int line, long lacks) {
    if (line == Candidate.NO_LINE || lacks <= 0) {
      return false;
    }
    List<HeaderField> above = new ArrayList<>();
    int seen = 0;
    for (HeaderField field : message.headers().fields()) {
      if (field.is("Received") && seen++ == line) {
        break;
      }
      if (Clues.isTrace(field.name())) {
        above.clear();
      } else {
        above.addFirst(field);
      }
    }
    long octets = 0;
    for (HeaderField field : above) {
      octets += octets(field);
      if (Math.abs(lacks - octets) <= EXACT) {
        return true;
      }
    }
    return false;
  }

  private static long octets(HeaderField field) {
    return field.name().length() + field.value().length() + 4L;
  }
}
