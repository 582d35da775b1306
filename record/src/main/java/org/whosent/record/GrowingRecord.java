package org.whosent.record;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A record that takes in the facts of one line after the other, for whoever reads a million of
 * them: what comes out is what {@link SubmissionRecord#merge} makes of the same facts, and {@link
 * #sameTransaction} says what the record so far would say, but no record is made before it is asked
 * for.
 *
 * <p>Bounded by {@link #parts}, which its owner watches. Not thread-safe.
 */
public final class GrowingRecord {
  /** Up to so many, comparing all with all is quicker than a set. */
  private static final int FEW = 8;

  private final SubmissionRecord.Builder facts;
  private final List<Recipient> recipients = new ArrayList<>(2);
  private final List<SourceLine> provenance = new ArrayList<>(8);

  /**
   * The whole record, once there are facts that change others (a continuation, an expiry): what
   * they make of a recipient hangs on what is known of it by then, so from there on all is joined
   * at once.
   */
  private SubmissionRecord folded;

  /** Begins with these facts. */
  public GrowingRecord(SubmissionRecord first) {
    facts = new SubmissionRecord.Builder();
    facts.time = first.time();
    facts.transactionId = first.transactionId();
    facts.host = first.host();
    add(first);
  }

  /** How many recipients and lines are kept. */
  public int parts() {
    return recipients() + lines();
  }

  /** How many recipients are kept, doubles included. */
  public int recipients() {
    return folded == null ? recipients.size() : folded.recipients().size();
  }

  /** How many lines are kept. */
  public int lines() {
    return (folded == null ? 0 : folded.provenance().size()) + provenance.size();
  }

  /** The record rests on this line too. */
  public void add(SourceLine line) {
    provenance.add(line);
  }

  /** As {@link SubmissionRecord#sameTransaction} of the record so far. */
  public boolean sameTransaction(SubmissionRecord other) {
    if (folded != null || !other.continuations().isEmpty()) {
      return scalars().sameTransaction(other);
    }
    if (!facts.transactionId.equals(other.transactionId())
        || differ(facts.host, other.host())
        || differ(facts.instance, other.instance())
        || differ(facts.origin, other.origin())
        || differ(facts.user, other.user())
        || differ(facts.localUser, other.localUser())) {
      return false;
    }
    boolean mineFirst = facts.time.compareTo(other.time()) <= 0;
    Instant first = mineFirst ? facts.time : other.time();
    Instant second = mineFirst ? other.time() : facts.time;
    if (!second.isAfter(first.plus(SubmissionRecord.SAME_INSTANT))) {
      return true;
    }
    if ((mineFirst ? other.origin() : facts.origin) != null) {
      return false; // an opening comes first: see SubmissionRecord.sameTransaction
    }
    Instant completed = mineFirst ? facts.completed : other.completed();
    return Duration.between(first, second).compareTo(SubmissionRecord.LONGEST_TRANSACTION) <= 0
        && (completed == null || !second.isAfter(completed.plus(SubmissionRecord.SAME_INSTANT)));
  }

  private static boolean differ(Object one, Object two) {
    return one != null && two != null && !one.equals(two);
  }

  /**
   * Takes in facts of the same transaction.
   *
   * @throws IllegalArgumentException when they are of another one
   */
  public void add(SubmissionRecord other) {
    if (folded != null || !other.continuations().isEmpty() || other.expired() != null) {
      folded = record().merge(other);
      recipients.clear();
      provenance.clear();
    } else {
      join(other);
      recipients.addAll(other.recipients());
      provenance.addAll(other.provenance());
    }
  }

  private void join(SubmissionRecord other) {
    if (!facts.transactionId.equals(other.transactionId())
        || differ(facts.host, other.host())
        || differ(facts.instance, other.instance())
        || differ(facts.origin, other.origin())
        || differ(facts.user, other.user())
        || differ(facts.localUser, other.localUser())) {
      throw new IllegalArgumentException("records of different transactions");
    }
    SubmissionRecord.Builder to = facts;
    to.time = smaller(to.time, other.time());
    if (!other.aliases().isEmpty()) {
      to.aliases = SubmissionRecord.mergeTexts(to.aliases, other.aliases());
    }
    if (!other.attachmentDigests().isEmpty()) {
      to.attachmentDigests =
          SubmissionRecord.mergeTexts(to.attachmentDigests, other.attachmentDigests());
    }
    to.instance = smaller(to.instance, other.instance());
    to.origin = smaller(to.origin, other.origin());
    to.user = smaller(to.user, other.user());
    to.localUser = smaller(to.localUser, other.localUser());
    to.service = smaller(to.service, other.service());
    to.protocol = smaller(to.protocol, other.protocol());
    to.mechanism = smaller(to.mechanism, other.mechanism());
    to.authorizationId = smaller(to.authorizationId, other.authorizationId());
    to.client = smaller(to.client, other.client());
    to.clientPort = smaller(to.clientPort, other.clientPort());
    to.clientName = smaller(to.clientName, other.clientName());
    to.helo = smaller(to.helo, other.helo());
    to.clientInside = smaller(to.clientInside, other.clientInside());
    to.tlsVersion = smaller(to.tlsVersion, other.tlsVersion());
    to.tlsCipher = smaller(to.tlsCipher, other.tlsCipher());
    to.mailFrom = smaller(to.mailFrom, other.mailFrom());
    to.envelopeId = smaller(to.envelopeId, other.envelopeId());
    to.messageId = smaller(to.messageId, other.messageId());
    to.headerFrom = smaller(to.headerFrom, other.headerFrom());
    to.subject = smaller(to.subject, other.subject());
    to.subjectHash = smaller(to.subjectHash, other.subjectHash());
    to.headerDate = smaller(to.headerDate, other.headerDate());
    to.size = smaller(to.size, other.size());
    to.bodyDigest = smaller(to.bodyDigest, other.bodyDigest());
    to.textDigest = smaller(to.textDigest, other.textDigest());
    to.sketch = smaller(to.sketch, other.sketch());
    to.completed = smaller(to.completed, other.completed());
  }

  /** Null is "no line has said so yet". */
  private static <C extends Comparable<? super C>> C smaller(C mine, C other) {
    return other == null || mine != null && mine.compareTo(other) <= 0 ? mine : other;
  }

  /** The record so far without its lists of recipients and lines. */
  private SubmissionRecord scalars() {
    return folded == null ? facts.build() : folded;
  }

  /** The record so far. */
  public SubmissionRecord record() {
    if (folded != null) {
      if (!provenance.isEmpty()) {
        SubmissionRecord.Builder lines = folded.toBuilder();
        lines.provenance = SubmissionRecord.mergeProvenance(folded.provenance(), provenance);
        folded = lines.build();
        provenance.clear();
      }
      return folded;
    }
    facts.recipients =
        recipients.size() < 2
            ? List.copyOf(recipients)
            : SubmissionRecord.mergeRecipients(recipients, List.of());
    facts.provenance =
        isInOrder(provenance)
            ? List.copyOf(provenance)
            : SubmissionRecord.mergeProvenance(provenance, List.of());
    SubmissionRecord record = facts.build();
    facts.recipients = List.of();
    facts.provenance = List.of();
    return record;
  }

  /** True when the lines stand in their order already, none of them twice. */
  private static boolean isInOrder(List<SourceLine> lines) {
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i - 1).compareTo(lines.get(i)) >= 0) {
        return false;
      }
    }
    return allDiffer(lines);
  }

  private static boolean allDiffer(List<SourceLine> lines) {
    if (lines.size() > FEW) {
      Set<String> hashes = new HashSet<>();
      return lines.stream().allMatch(line -> hashes.add(line.hash()));
    }
    for (int i = 1; i < lines.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (lines.get(i).hash().equals(lines.get(j).hash())) {
          return false;
        }
      }
    }
    return true;
  }
}
