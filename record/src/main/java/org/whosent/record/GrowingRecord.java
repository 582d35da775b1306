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
  private static final int FEW = 16;

  /** Some ten times what an ID has, and about what a line takes. */
  private static final int LONG_ID = 500;

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
    this(first.toBuilder());
  }

  /** Begins with these facts; the builder is this record's from now on. */
  public GrowingRecord(SubmissionRecord.Builder first) {
    first.time = Times.cut(first.time);
    if (changesOthers(first)) {
      facts = new SubmissionRecord.Builder();
      facts.time = first.time;
      facts.transactionId = first.transactionId;
      facts.host = first.host;
      add(first);
      return;
    }
    facts = first;
    if (!first.recipients.isEmpty()) {
      recipients.addAll(first.recipients);
    }
    if (!first.provenance.isEmpty()) {
      provenance.addAll(first.provenance);
    }
    first.recipients = List.of();
    first.provenance = List.of();
    first.aliases = inOrder(first.aliases);
    first.logHosts = inOrder(first.logHosts);
    first.attachmentDigests = inOrder(first.attachmentDigests);
  }

  private static List<String> inOrder(List<String> texts) {
    return texts.size() < 2 ? texts : SubmissionRecord.mergeTexts(texts, List.of());
  }

  private static boolean changesOthers(SubmissionRecord.Builder facts) {
    return !facts.continuations.isEmpty() || facts.expired != null;
  }

  /** How many recipients and lines are kept; a Message-ID counts by its length. */
  public int parts() {
    String id = folded == null ? facts.messageId : folded.messageId();
    return recipients() + lines() + (id == null ? 0 : id.length() / LONG_ID);
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
    return sameTransaction(other.toBuilder());
  }

  /** The same for what the builder would make, its time cut to microseconds. */
  public boolean sameTransaction(SubmissionRecord.Builder other) {
    if (folded != null
        || !other.continuations.isEmpty()
        || LogHosts.differ(facts.logHosts, other.logHosts)) {
      return scalars().sameTransaction(other.build());
    }
    if (!facts.transactionId.equals(other.transactionId)
        || differ(facts.host, other.host)
        || differ(facts.instance, other.instance)
        || differ(facts.origin, other.origin)
        || differ(facts.user, other.user)
        || differ(facts.localUser, other.localUser)) {
      return false;
    }
    boolean mineFirst = facts.time.compareTo(other.time) <= 0;
    Instant first = mineFirst ? facts.time : other.time;
    Instant second = mineFirst ? other.time : facts.time;
    if (!isLater(second, first, SubmissionRecord.SAME_INSTANT)) {
      return true;
    }
    if ((mineFirst ? other.origin : facts.origin) != null) {
      return false; // an opening comes first: see SubmissionRecord.sameTransaction
    }
    Instant completed = mineFirst ? facts.completed : other.completed;
    return !isLater(second, first, SubmissionRecord.LONGEST_TRANSACTION)
        && (completed == null || !isLater(second, completed, SubmissionRecord.SAME_INSTANT));
  }

  /** True when a time is by more than so many whole seconds later than another. */
  private static boolean isLater(Instant time, Instant than, Duration by) {
    long seconds = time.getEpochSecond() - than.getEpochSecond() - by.getSeconds();
    return seconds > 0 || seconds == 0 && time.getNano() > than.getNano();
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
    add(other.toBuilder());
  }

  /** The same for what the builder would make, its time cut to microseconds. */
  public void add(SubmissionRecord.Builder other) {
    if (folded != null || changesOthers(other)) {
      folded = record().merge(other.build());
      recipients.clear();
      provenance.clear();
    } else {
      join(other);
      if (!other.recipients.isEmpty()) { // to add nothing makes an array of it
        recipients.addAll(other.recipients);
      }
      if (!other.provenance.isEmpty()) {
        provenance.addAll(other.provenance);
      }
    }
  }

  private void join(SubmissionRecord.Builder other) {
    if (!facts.transactionId.equals(other.transactionId)
        || differ(facts.host, other.host)
        || differ(facts.instance, other.instance)
        || differ(facts.origin, other.origin)
        || differ(facts.user, other.user)
        || differ(facts.localUser, other.localUser)
        || LogHosts.differ(facts.logHosts, other.logHosts)
            && scalars().areTwoMachines(other.build())) {
      throw new IllegalArgumentException("records of different transactions");
    }
    SubmissionRecord.Builder to = facts;
    if (other.time != null) {
      to.time = smaller(to.time, other.time);
    }
    if (!other.aliases.isEmpty()) {
      to.aliases = SubmissionRecord.mergeTexts(to.aliases, other.aliases);
    }
    if (!other.logHosts.isEmpty() && !other.logHosts.equals(to.logHosts)) {
      to.logHosts = SubmissionRecord.mergeTexts(to.logHosts, other.logHosts);
    }
    if (!other.attachmentDigests.isEmpty()) {
      to.attachmentDigests =
          SubmissionRecord.mergeTexts(to.attachmentDigests, other.attachmentDigests);
    }
    if (other.instance != null) {
      to.instance = smaller(to.instance, other.instance);
    }
    if (other.origin != null) {
      to.origin = smaller(to.origin, other.origin);
    }
    if (other.user != null) {
      to.user = smaller(to.user, other.user);
    }
    if (other.localUser != null) {
      to.localUser = smaller(to.localUser, other.localUser);
    }
    if (other.service != null) {
      to.service = smaller(to.service, other.service);
    }
    if (other.protocol != null) {
      to.protocol = smaller(to.protocol, other.protocol);
    }
    if (other.mechanism != null) {
      to.mechanism = smaller(to.mechanism, other.mechanism);
    }
    if (other.authorizationId != null) {
      to.authorizationId = smaller(to.authorizationId, other.authorizationId);
    }
    if (other.client != null) {
      to.client = smaller(to.client, other.client);
    }
    if (other.clientPort != null) {
      to.clientPort = smaller(to.clientPort, other.clientPort);
    }
    if (other.clientName != null) {
      to.clientName = smaller(to.clientName, other.clientName);
    }
    if (other.helo != null) {
      to.helo = smaller(to.helo, other.helo);
    }
    if (other.clientInside != null) {
      to.clientInside = smaller(to.clientInside, other.clientInside);
    }
    if (other.tlsVersion != null) {
      to.tlsVersion = smaller(to.tlsVersion, other.tlsVersion);
    }
    if (other.tlsCipher != null) {
      to.tlsCipher = smaller(to.tlsCipher, other.tlsCipher);
    }
    if (other.mailFrom != null) {
      to.mailFrom = smaller(to.mailFrom, other.mailFrom);
    }
    if (other.envelopeId != null) {
      to.envelopeId = smaller(to.envelopeId, other.envelopeId);
    }
    if (other.messageId != null) {
      to.messageId = smaller(to.messageId, other.messageId);
    }
    if (other.headerFrom != null) {
      to.headerFrom = smaller(to.headerFrom, other.headerFrom);
    }
    if (other.subject != null) {
      to.subject = smaller(to.subject, other.subject);
    }
    if (other.subjectHash != null) {
      to.subjectHash = smaller(to.subjectHash, other.subjectHash);
    }
    if (other.headerDate != null) {
      to.headerDate = smaller(to.headerDate, other.headerDate);
    }
    if (other.size != null) {
      to.size = smaller(to.size, other.size);
    }
    if (other.bodyDigest != null) {
      to.bodyDigest = smaller(to.bodyDigest, other.bodyDigest);
    }
    if (other.textDigest != null) {
      to.textDigest = smaller(to.textDigest, other.textDigest);
    }
    if (other.sketch != null) {
      to.sketch = smaller(to.sketch, other.sketch);
    }
    if (other.completed != null) {
      to.completed = smaller(to.completed, other.completed);
    }
  }

  /** Mine may be null: no line has said so yet. */
  private static <C extends Comparable<? super C>> C smaller(C mine, C other) {
    return mine != null && mine.compareTo(other) <= 0 ? mine : other;
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
            : MergedRecipients.of(recipients, List.of());
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
      Set<String> hashes = HashSet.newHashSet(lines.size());
      for (int i = 0; i < lines.size(); i++) {
        if (!hashes.add(lines.get(i).hash())) {
          return false;
        }
      }
      return true;
    }
    long seen = 0; // one of 64 for each hash: what sets its own alone is like no other
    for (int i = 0; i < lines.size(); i++) {
      SourceLine line = lines.get(i);
      long bit = 1L << line.hashBits();
      for (int j = 0; (seen & bit) != 0 && j < i; j++) {
        if (line.isSameLine(lines.get(j))) {
          return false;
        }
      }
      seen |= bit;
    }
    return true;
  }
}
