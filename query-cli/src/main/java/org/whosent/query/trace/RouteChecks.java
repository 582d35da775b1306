package org.whosent.query.trace;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.whosent.record.Addresses;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.ReceivedField;

/**
 * The way of this copy as the fields above ours tell it, held against what our log says of the next
 * hop. Thread-safe.
 */
final class RouteChecks {
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
      for (ReceivedField field : clues.received()) {
        if (field.id() != null && given.contains(field.id()) && ours.cameFromUs(field)) {
          evidence.add(
              Evidence.match(
                  Check.NEXT_HOP_ID,
                  "ID %s by %s is what our next hop replied".formatted(field.id(), field.by())));
          return;
        }
      }
      return;
    }
    if (line == 0) {
      evidence.add(Evidence.absent(Check.HAND_OVER, "no Received field above ours"));
      return;
    }
    ReceivedField above = clues.received().get(line - 1);
    String id = above.id();
    if (id != null && (given.contains(id) || replied(record, id))) {
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
    evidence.add(route(record, above, given, allKnown));
  }

  /** Some servers reply with their ID in the midst of a sentence that nobody parses. */
  private static boolean replied(SubmissionRecord record, String id) {
    return id.length() >= 10
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

  private Evidence route(
      SubmissionRecord record, ReceivedField above, Set<String> given, boolean allKnown) {
    if (ours.isOurs(above.by())) {
      return Evidence.absent(Check.ROUTE, "the field above is by a server of ours too");
    }
    if (!ours.cameFromUs(above)) {
      if (above.fromName() == null && above.addresses().isEmpty()) {
        return Evidence.absent(Check.ROUTE, "the field above does not say from where");
      }
      if (withinOneHost(above)) {
        return Evidence.absent(
            Check.ROUTE, "the field above is of a hop within %s".formatted(above.by()));
      }
      return Evidence.mismatch(
          Check.ROUTE,
          "the field above ours says that %s got it from %s".formatted(above.by(), from(above)));
    }
    boolean sameKind =
        above.id() != null && given.stream().anyMatch(id -> shape(id).equals(shape(above.id())));
    if (allKnown && sameKind && !given.contains(above.id())) {
      return Evidence.mismatch(
          Check.ROUTE,
          "%s got it under ID %s; our log has %s"
              .formatted(above.by(), above.id(), String.join(" ", given)));
    }
    return Evidence.match(Check.ROUTE, "%s got it from %s".formatted(above.by(), from(above)));
  }

  /** A list manager or filter handing a message back to its own server: no hop between hosts. */
  private static boolean withinOneHost(ReceivedField field) {
    return !field.addresses().isEmpty()
        && field.addresses().stream()
            .allMatch(
                address ->
                    Addresses.parse(address)
                        .map(java.net.InetAddress::isLoopbackAddress)
                        .orElse(false));
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
