package org.whosent.query.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.whosent.record.Addresses;
import org.whosent.record.Origin;
import org.whosent.record.QueueIdTime;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import org.whosent.record.message.ReceivedField;

/**
 * Weighs the candidates of one message and comes to the verdict. Stateless but for what is ours;
 * thread-safe.
 *
 * <p>Of two fields of ours that name different users, the upper one's user submitted this copy, if
 * that field is bound to the message at least as firmly as the lower one; if it is not refuted and
 * not bound, nobody is named. A field that is refuted is dropped, and does not touch the others.
 */
final class Judge {
  /** A field that claims to be ours and whose ID is not in the index. */
  record Unknown(int line, ReceivedField field) {}

  /** The verdict with what it rests on. */
  record Ruling(
      Verdict verdict,
      Candidate chosen,
      Confidence confidence,
      List<Evidence> evidence,
      List<Candidate> candidates) {
    String user() {
      return verdict == Verdict.IDENTIFIED ? chosen.submission().user() : null;
    }
  }

  /** Of a mail log's record nothing else of the content is known. */
  private static final String OTHER_SIZE =
      "it has not the size of the message submitted: if it was cut, or pasted in part, ask for it"
          + " as it was received (.eml)";

  private static final String NO_ORDER =
      "the fields do not stand in the order in which servers write them: please ask for the header"
          + " as it was received";

  /** A class of its own: whoever asks for an ID alone does not wait for it. */
  private static final class Order {
    static final Comparator<Candidate> FROM_THE_TOP =
        Comparator.comparingInt(Candidate::line)
            .thenComparing(Candidate::bound, Comparator.reverseOrder())
            .thenComparing(Candidate::score, Comparator.reverseOrder());

    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparing(Candidate::score)
            .reversed()
            .thenComparing(c -> c.record().time(), Comparator.reverseOrder())
            .thenComparing(c -> c.record().transactionId());
  }

  private final Ours ours;
  private final TransactionKeys keys;

  Judge(Ours ours, TransactionKeys keys) {
    this.ours = ours;
    this.keys = keys;
  }

  /** The verdict on a message whose fields stand as the servers wrote them. */
  Ruling rule(List<Candidate> candidates, List<Unknown> unknown) {
    return rule(candidates, unknown, true);
  }

  /**
   * The verdict on a message.
   *
   * @param ordered false when its fields are known to stand in another order than the servers wrote
   *     them: then none is above another, and nothing is said of the way
   */
  Ruling rule(List<Candidate> candidates, List<Unknown> unknown, boolean ordered) {
    List<Candidate> bound =
        candidates.stream().filter(Candidate::isBound).sorted(Order.FROM_THE_TOP).toList();
    if (bound.isEmpty()) {
      return unbound(candidates, unknown, ordered);
    }
    Candidate top = bound.getFirst();
    String doubt =
        ordered || !severalOfOurs(top, candidates, unknown)
            ? doubt(top, candidates, unknown)
            : "several fields are ours, and " + NO_ORDER;
    if (doubt != null) {
      return open(candidates, Evidence.absent(Check.OTHER_FIELD, doubt));
    }
    if (handedInAgain(top, bound)) {
      return open(
          candidates,
          Evidence.absent(
              Check.OTHER_FIELD,
              "a program on our own host handed it in; the field of ours below names a user, and no"
                  + " log joins the two"));
    }
    List<Evidence> evidence = new ArrayList<>(top.evidence());
    others(top, candidates, unknown, evidence);
    Confidence confidence = HowSure.is(top);
    if (top.submission().user() != null) {
      HowSure.replay(top).ifPresent(why -> evidence.add(Evidence.absent(Check.REPLAY, why)));
    }
    return origin(top, confidence, evidence, candidates);
  }

  /** Whether another field of ours, found or not, may be the one that our server wrote. */
  private boolean severalOfOurs(Candidate top, List<Candidate> candidates, List<Unknown> unknown) {
    return candidates.stream()
            .anyMatch(c -> c.line() != Candidate.NO_LINE && !c.who().equals(top.who()))
        || unknown.stream().anyMatch(field -> !forged(field.field().id()));
  }

  /**
   * A content filter that hands messages in again looks like a program that sends its own. Where
   * the submission that it may have filtered is bound too, neither "nobody logged in" nor that user
   * is certain.
   */
  private static boolean handedInAgain(Candidate top, List<Candidate> bound) {
    SubmissionRecord record = top.submission();
    boolean fromOwnHost =
        record.user() == null
            && (record.origin() == Origin.LOCAL
                || (record.origin() == Origin.UNAUTHENTICATED
                    && Addresses.isLoopback(record.client())));
    return fromOwnHost
        && bound.stream()
            .anyMatch(
                other ->
                    other.line() > top.line()
                        && other.submission().user() != null
                        && other.matches(Check.MESSAGE_ID));
  }

  /** Why the uppermost bound candidate is not to be named after all; null when it is. */
  private String doubt(Candidate top, List<Candidate> candidates, List<Unknown> unknown) {
    for (Candidate other : candidates) {
      if (Rivals.mayHaveSpoiltHisOwn(top, other)) {
        return "a field of ours above is as our server wrote it, for another user, who may himself"
            + " have written what does not fit it";
      }
      if (!Rivals.are(top, other)) {
        continue;
      }
      if (other.line() < top.line() && !other.isBound()) {
        return "a field of ours above names another user and is not refuted";
      }
      if (other.line() == top.line() && other.bound() == top.bound()) {
        return "several records of different users fit equally";
      }
      if (other.bound().compareTo(top.bound()) > 0) { // below: the order has it so
        return "a field of ours below names another user and is bound more firmly";
      }
      if (Rivals.mayHaveSentIt(top, other)) {
        return "another user's message with the same Message-ID fits as well";
      }
    }
    for (Unknown field : unknown) {
      TransactionKeys.Check tag = tag(field.field().id());
      if (field.line() >= top.line() || tag == TransactionKeys.Check.FORGED) {
        continue;
      }
      if (tag == TransactionKeys.Check.GENUINE) {
        return "a field of ours above has an ID that our server gave out, and no record is left";
      }
      if (!ours.covers(field.field().by(), field.field().date())) {
        return "a field of ours above has an ID from a time that the index does not cover";
      }
      if (ours.beyondRetention(field.field().date()) || ours.mayHaveErased(field.field().date())) {
        return "a field of ours above has an ID whose record may have been purged or erased";
      }
      if (ours.isDamaged()) {
        return "a field of ours above has an ID that may be in the part of the index that is"
            + " damaged";
      }
    }
    return null;
  }

  /** What the record's origin makes of it: only somebody who logged in can be named. */
  static Ruling origin(
      Candidate chosen,
      Confidence confidence,
      List<Evidence> evidence,
      List<Candidate> candidates) {
    SubmissionRecord record = chosen.submission();
    if (record.user() != null) {
      return new Ruling(Verdict.IDENTIFIED, chosen, confidence, evidence, List.of());
    }
    if (record.origin() == null || record.origin() == Origin.AUTHENTICATED) {
      List<Evidence> all = new ArrayList<>(evidence);
      String why =
          record.origin() == null
              ? "the log line that says who submitted it was never read"
              : "somebody had logged in, and what was read does not say who beyond doubt:"
                  + " docs/log-formats.md tells of each format when that is so";
      all.add(Evidence.absent(Check.COVERAGE, why));
      return new Ruling(Verdict.INCONCLUSIVE, chosen, null, all, ranked(candidates));
    }
    return new Ruling(Verdict.UNAUTHENTICATED, chosen, null, evidence, List.of());
  }

  private void others(
      Candidate chosen, List<Candidate> all, List<Unknown> unknown, List<Evidence> evidence) {
    for (Candidate other : all) {
      if (other.line() == Candidate.NO_LINE || other.submission().equals(chosen.submission())) {
        continue;
      }
      String where = other.line() < chosen.line() ? "above" : "below";
      String why =
          other
              .against()
              .map(e -> "not believed: " + e.check().word() + ", " + e.detail())
              .orElse("an earlier submission, or copied");
      evidence.add(
          Evidence.absent(
              Check.OTHER_FIELD,
              "the field %s with ID %s: %s".formatted(where, other.record().transactionId(), why)));
    }
    for (Unknown field : unknown) {
      evidence.add(Evidence.absent(Check.OTHER_FIELD, unknownField(field)));
    }
  }

  private String unknownField(Unknown field) {
    String id = field.field().id();
    return "a field claims ID %s by %s: %s"
        .formatted(
            id, field.field().by(), forged(id) ? "forged, the tag is not ours" : "no such record");
  }

  private Ruling unbound(List<Candidate> candidates, List<Unknown> unknown, boolean ordered) {
    List<Candidate> alive =
        candidates.stream().filter(c -> c.bound() != Candidate.Bound.REFUTED).toList();
    if (!alive.isEmpty()) {
      boolean content =
          alive.stream()
              .anyMatch(c -> c.mismatches(Check.BODY_DIGEST) && c.mismatches(Check.TEXT_DIGEST));
      return open(
          candidates,
          Evidence.absent(
              Check.OTHER_FIELD,
              content
                  ? "the content is not the one submitted"
                  : alive.stream().anyMatch(SizeCheck::unproven)
                      ? OTHER_SIZE
                      : alive.stream().anyMatch(Binding::named)
                          ? "nothing independent joins the message to a record"
                          : alive.stream().anyMatch(c -> c.likeness() > 0)
                              ? "only the text is alike, and whoever has seen it can send it"
                              : "only circumstantial clues lead to these records"));
    }
    boolean ownIds = candidates.stream().anyMatch(c -> c.line() != Candidate.NO_LINE);
    if (ownIds && !ordered) {
      return open(candidates, Evidence.absent(Check.OTHER_FIELD, NO_ORDER));
    }
    if (ownIds) {
      List<Candidate> ranked = ranked(candidates);
      return new Ruling(Verdict.CONTRADICTED, null, null, ranked.getFirst().evidence(), ranked);
    }
    if (!unknown.isEmpty()) {
      return missing(unknown, ranked(candidates));
    }
    return candidates.isEmpty()
        ? new Ruling(Verdict.FOREIGN, null, null, List.of(), List.of())
        : open(candidates, Evidence.absent(Check.OTHER_FIELD, "only circumstantial clues"));
  }

  private Ruling missing(List<Unknown> unknown, List<Candidate> ranked) {
    List<Evidence> evidence = new ArrayList<>();
    for (Unknown field : unknown) {
      evidence.add(Evidence.absent(Check.OTHER_FIELD, unknownField(field)));
    }
    ReceivedField top = unknown.getFirst().field();
    return new Ruling(
        absent(top.id(), top.by(), top.date(), evidence), null, null, evidence, ranked);
  }

  /** What it means that an ID of ours is not in the index; null for a Message-ID. */
  Verdict absent(String id, String by, Instant said, List<Evidence> evidence) {
    Optional<TransactionId> own = id == null ? Optional.empty() : TransactionId.parse(id);
    Instant time = said;
    if (own.isPresent()) {
      TransactionKeys.Check check = keys.check(own.get());
      if (check == TransactionKeys.Check.FORGED) {
        evidence.add(
            Evidence.mismatch(
                Check.TAG, "%s was not made with our key of that time".formatted(id)));
        return Verdict.FORGED;
      }
      if (check == TransactionKeys.Check.GENUINE || time == null) {
        time = own.get().time();
      }
      if (check == TransactionKeys.Check.GENUINE) {
        evidence.add(Evidence.match(Check.TAG, "%s was made with our key".formatted(id)));
      }
    }
    String otherLetters = own.isPresent() || id == null ? null : CopiedId.caseNote(id);
    if (time == null && id != null && otherLetters == null) {
      Optional<QueueIdTime> told = ours.toldBy(id);
      told.ifPresent(t -> evidence.add(Evidence.absent(Check.COVERAGE, t.inWords())));
      time = told.map(QueueIdTime::time).orElse(null);
    }
    if (ours.beyondRetention(time)) {
      evidence.add(Evidence.absent(Check.COVERAGE, "it is from before what is kept"));
      return Verdict.EXPIRED;
    }
    evidence.add(
        Evidence.absent(
            Check.COVERAGE,
            time == null
                ? ours.untimed()
                : ours.mayLack(by, time)
                    ? "the log lacks lines of its time, as the log daemon says"
                    : ours.covers(by, time)
                        ? "the index covers its time, and has no such record"
                        : "the index does not cover its time"));
    if (otherLetters != null) {
      evidence.add(Evidence.absent(Check.OTHER_FIELD, otherLetters));
    }
    if (ours.mayHaveErased(time)) {
      evidence.add(
          Evidence.absent(
              Check.COVERAGE,
              "users were erased from the index: of their messages it has nothing"));
    }
    return Verdict.NOT_FOUND;
  }

  private boolean forged(String id) {
    return tag(id) == TransactionKeys.Check.FORGED;
  }

  /** Null for an ID that is none of the MSA's. */
  private TransactionKeys.Check tag(String id) {
    return TransactionId.parse(id).map(keys::check).orElse(null);
  }

  /** Whether a field that claims to be ours, and is not forged, stands above with an unknown ID. */
  boolean isUnknownAbove(Candidate chosen, List<Unknown> unknown) {
    return unknown.stream().anyMatch(u -> u.line() < chosen.line() && !forged(u.field().id()));
  }

  /** The same candidates, where the order of the fields says nothing: nobody is cleared by it. */
  Ruling withoutOrder(List<Candidate> candidates) {
    return open(candidates, Evidence.absent(Check.OTHER_FIELD, NO_ORDER));
  }

  static Ruling open(List<Candidate> candidates, Evidence why) {
    return new Ruling(Verdict.INCONCLUSIVE, null, null, List.of(why), ranked(candidates));
  }

  static List<Candidate> ranked(List<Candidate> candidates) {
    return candidates.stream().sorted(Order.BEST_FIRST).limit(TraceResult.MAX_CANDIDATES).toList();
  }
}
