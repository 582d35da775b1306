package org.whosent.query.trace;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.ReceivedField;

/**
 * The way of this copy as the fields above ours tell it, held against what our log says of the next
 * hop. Thread-safe.
 */
final class RouteChecks {
  /** Of an ID, characters that are not met by chance. */
  private static final int MIN_PART = 10;

  private final Ours ours;

  RouteChecks(Ours ours) {
    this.ours = ours;
  }

  /** The next hop's ID above our field, or in any field that names us where ours is gone. */
  void check(SubmissionRecord record, int line, Clues clues, List<Evidence> evidence) {
    Set<String> given = new LinkedHashSet<>();
    boolean allKnown = true;
    for (Recipient recipient : record.recipients()) {
      if (recipient.nextHopId() != null) {
        given.add(recipient.nextHopId());
      } else if (recipient.outcome() != Outcome.BOUNCED && recipient.outcome() != Outcome.EXPIRED) {
        allKnown = false;
      }
    }
    if (line == Candidate.NO_LINE) {
      boolean anotherTime = false;
      for (ReceivedField field : clues.received()) {
        if (field.id() != null && isGiven(field.id(), given) && ours.cameFromUs(field)) {
          if (isThen(record, field)) {
            evidence.add(
                Evidence.match(
                    Check.NEXT_HOP_ID,
                    "ID %s by %s is what our next hop replied".formatted(field.id(), field.by())));
            return;
          }
          anotherTime = true;
        }
      }
      if (anotherTime) {
        evidence.add(
            Evidence.absent(Check.NEXT_HOP_ID, "our next hop replied with this ID another day"));
      }
      if (RelaysMessageId.isOf(record, clues.messageId())
          && RelaysMessageId.cameFromRelay(clues.received())) {
        evidence.add(
            Evidence.match(
                Check.NEXT_HOP_ID, "our next hop made the Message-ID of what it replied"));
      }
      return;
    }
    ReceivedField above = above(clues, line);
    if (above == null) {
      evidence.add(Evidence.absent(Check.HAND_OVER, "no Received field above ours"));
      return;
    }
    String id = above.id();
    if (id != null && (isGiven(id, given) || replied(record, id))) {
      boolean later =
          above.date() == null || !above.date().isBefore(record.time().minus(Checks.SAME_LINE));
      if (later) {
        evidence.add(
            Evidence.match(
                Check.HAND_OVER,
                "ID %s by %s above our field is what our next hop replied"
                    .formatted(id, above.by())));
        return;
      }
    }
    evidence.add(
        Evidence.absent(
            Check.HAND_OVER,
            given.isEmpty()
                ? "our log has no ID from the next hop"
                : "the field above ours has no ID of a next hop"));
    evidence.add(route(above, given, allKnown));
  }

  /**
   * Servers give their IDs again, and several servers the same: a hop of another day got another
   * message. A day is for its clock and zone.
   */
  private static boolean isThen(SubmissionRecord record, ReceivedField hop) {
    return hop.date() == null
        || record.recipients().stream()
            .filter(to -> to.nextHopId() != null && isGiven(hop.id(), Set.of(to.nextHopId())))
            .anyMatch(
                to -> to.time() == null || Checks.near(hop.date(), to.time(), Duration.ofDays(1)));
  }

  /**
   * Whether the next hop's field is in the message: where it is not above ours they were sorted.
   */
  static boolean hasHopOf(SubmissionRecord record, Clues clues) {
    Set<String> given = new LinkedHashSet<>();
    for (Recipient recipient : record.recipients()) {
      if (recipient.nextHopId() != null) {
        given.add(recipient.nextHopId());
      }
    }
    return clues.received().stream()
        .map(ReceivedField::id)
        .anyMatch(id -> id != null && (isGiven(id, given) || replied(record, id)));
  }

  /** The hop above; some servers (Haraka) note their own sending between, which says of no hop. */
  private static ReceivedField above(Clues clues, int line) {
    for (int i = line - 1; i >= 0; i--) {
      ReceivedField field = clues.received().get(i);
      if (field.by() != null
          || field.id() != null
          || field.fromName() != null
          || !field.addresses().isEmpty()) {
        return field;
      }
    }
    return null;
  }

  private static boolean isGiven(String id, Set<String> given) {
    return given.contains(id) || given.stream().anyMatch(reply -> sameId(id, reply));
  }

  /**
   * Some servers write a longer ID into the field than they reply with, or in other letters: one is
   * then the first word of the other. Ten characters are not met by chance.
   */
  static boolean sameId(String one, String two) {
    String longer = one.length() < two.length() ? two : one;
    String shorter = one.length() < two.length() ? one : two;
    return shorter.length() >= MIN_PART
        && longer.regionMatches(true, 0, shorter, 0, shorter.length())
        && (longer.length() == shorter.length() || longer.charAt(shorter.length()) == '-');
  }

  /** Whether a next hop replied with this ID when it took the record's message. */
  static boolean isHopOf(SubmissionRecord record, String id) {
    return record.recipients().stream()
            .anyMatch(
                recipient -> recipient.nextHopId() != null && sameId(id, recipient.nextHopId()))
        || replied(record, id);
  }

  /** Whether the log has the next hop's ID for every recipient. */
  static boolean hopsKnown(SubmissionRecord record) {
    return record.recipients().stream().allMatch(recipient -> recipient.nextHopId() != null);
  }

  /** Some servers reply with their ID in the midst of a sentence that nobody parses. */
  private static boolean replied(SubmissionRecord record, String id) {
    return id.length() >= MIN_PART
        && record.recipients().stream()
            .anyMatch(
                recipient ->
                    recipient.outcome() == Outcome.DELIVERED
                        && recipient.reply() != null
                        && word(recipient.reply(), id));
  }

  private static boolean word(String text, String word) {
    int at = text.indexOf(word);
    int end = at + word.length();
    return at >= 0
        && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
        && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
  }

  private Evidence route(ReceivedField above, Set<String> given, boolean allKnown) {
    if (ours.isOurs(above.by())) {
      return Evidence.absent(Check.ROUTE, "the field above is by a server of ours too");
    }
    if (!ours.cameFromUs(above)) {
      if (above.fromName() == null && above.addresses().isEmpty()) {
        return Evidence.absent(Check.ROUTE, "the field above does not say from where");
      }
      // A list manager or filter hands a message back to its own server: no hop between hosts.
      if (above.isFromLoopback()) {
        return Evidence.absent(
            Check.ROUTE, "the field above is of a hop within %s".formatted(above.by()));
      }
      return Evidence.mismatch(
          Check.ROUTE,
          "the field above ours says that %s got it from %s".formatted(above.by(), from(above)));
    }
    boolean sameKind =
        above.id() != null && given.stream().anyMatch(id -> shape(id).equals(shape(above.id())));
    if (allKnown && sameKind && !isGiven(above.id(), given)) {
      return Evidence.mismatch(
          Check.ROUTE,
          "%s got it under ID %s; our log has %s"
              .formatted(above.by(), above.id(), String.join(" ", given)));
    }
    return Evidence.match(Check.ROUTE, "%s got it from %s".formatted(above.by(), from(above)));
  }

  private static String from(ReceivedField field) {
    return field.fromName() + " " + field.addresses();
  }

  /** IDs of one server look alike: length, and where letters, digits and signs stand, roughly. */
  private static String shape(String id) {
    boolean hex = id.matches("[0-9A-F]+");
    return id.length() + (hex ? "hex" : id.replaceAll("[0-9A-Za-z]", "x"));
  }
}
