package org.whosent.record;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything known of one message that entered one of the operator's servers. Immutable.
 *
 * <p>What every field means is said once, in {@link RecordFields}; the component names here are the
 * JSON names. A record grows by {@link #merge}: each log line gives a record with just the facts of
 * that line, and any number of them, in any order and as often as one likes, merge into the same
 * record. Null means "no line has said so yet"; lists are never null.
 */
public record SubmissionRecord(
    Instant time,
    String transactionId,
    List<String> aliases,
    List<String> continuations,
    String host,
    String instance,
    List<String> logHosts,
    String service,
    String protocol,
    Origin origin,
    String user,
    String mechanism,
    String authorizationId,
    String localUser,
    String client,
    Integer clientPort,
    String clientName,
    String helo,
    Boolean clientInside,
    String tlsVersion,
    String tlsCipher,
    String mailFrom,
    String envelopeId,
    List<Recipient> recipients,
    String messageId,
    String headerFrom,
    String subject,
    String subjectHash,
    Instant headerDate,
    Long size,
    String bodyDigest,
    String textDigest,
    String sketch,
    List<String> attachmentDigests,
    Instant expired,
    Instant completed,
    List<SourceLine> provenance) {

  public SubmissionRecord {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(transactionId, "transactionId");
    Objects.requireNonNull(host, "host");
    time = Times.cut(time);
    aliases = List.copyOf(aliases);
    continuations = List.copyOf(continuations);
    logHosts = List.copyOf(logHosts);
    recipients = List.copyOf(recipients);
    attachmentDigests = List.copyOf(attachmentDigests);
    provenance = List.copyOf(provenance);
  }

  /** The first line that the record rests on as {@code file:offset}; null when it rests on none. */
  public String source() {
    return provenance.isEmpty() ? null : provenance.getFirst().toString();
  }

  /**
   * This and another set of facts of the same transaction as one record. Commutative, associative,
   * idempotent: the order in which lines were read leaves no trace.
   *
   * <p>Where two lines disagree on a plain fact the smaller value stands, whoever came first;
   * recipients keep their latest outcome. Two different users, hosts, machines or transaction IDs
   * are not facts of one transaction, and joining them would put one person's mail on another:
   *
   * @throws IllegalArgumentException when the two records disagree on who they are about
   */
  public SubmissionRecord merge(SubmissionRecord other) {
    if (continues(other)) {
      return mergeFields(other.continuing(this));
    }
    if (other.continues(this)) {
      return other.mergeFields(continuing(other));
    }
    if (areTwoMachines(other)) {
      throw new IllegalArgumentException(
          "records of different transactions: logHosts is '%s' in one and '%s' in the other"
              .formatted(logHosts, other.logHosts));
    }
    return mergeFields(other);
  }

  private SubmissionRecord mergeFields(SubmissionRecord other) {
    Builder merged = new Builder();
    for (RecordField<?> field : RecordFields.ALL) {
      field.merge(this, other, merged);
    }
    if (!merged.continuations.isEmpty() || merged.expired != null) {
      List<Recipient> joined =
          MergedRecipients.of(inTheEnd(recipients, merged), inTheEnd(other.recipients, merged));
      merged.recipients =
          merged.continuations.isEmpty() ? joined : ContinuedRecipients.joined(joined);
    }
    return merged.build();
  }

  /** What facts about the whole message make of its recipients, before they are joined. */
  private static List<Recipient> inTheEnd(List<Recipient> recipients, Builder merged) {
    List<Recipient> rest =
        merged.continuations.isEmpty()
            ? recipients
            : ContinuedRecipients.behind(recipients, parsed(merged.continuations));
    if (merged.expired == null) {
      return rest;
    }
    Instant until = merged.expired.plus(SAME_INSTANT);
    return rest.stream().map(recipient -> recipient.expiredBy(until)).toList();
  }

  /** True when the other's facts are of a transaction that this one went on as. */
  private boolean continues(SubmissionRecord other) {
    return !continuations.isEmpty()
        && host.equals(other.host)
        && !LogHosts.differ(logHosts, other.logHosts)
        && !(transactionId.equals(other.transactionId) && other.goesOnAsItself())
        && parsed(continuations).stream()
            .anyMatch(
                way -> way.covers(other, this) && !way.endedBefore(other.time, continuations));
  }

  /**
   * True when its opening is the one in front of a before-queue filter, which opens no queue file:
   * what the filter opened has the same ID, and is not this. Two such are facts of equal standing,
   * as a line is that was read under two stamps.
   */
  private boolean goesOnAsItself() {
    String start = transactionId + ' ';
    return continuations.stream()
        .anyMatch(text -> text.startsWith(start) && !text.endsWith(Continuation.END));
  }

  private static List<Continuation> parsed(List<String> continuations) {
    return continuations.stream().flatMap(text -> Continuation.parse(text).stream()).toList();
  }

  /** The IDs of the transactions that this one went on as. */
  public List<String> continuationIds() {
    return continuations.isEmpty()
        ? List.of()
        : parsed(continuations).stream().map(Continuation::transactionId).toList();
  }

  /** These facts as the first transaction's; what the filter said of itself is nobody's. */
  private SubmissionRecord continuing(SubmissionRecord first) {
    Builder facts = withoutOpening().toBuilder();
    facts.transactionId = first.transactionId;
    facts.instance = first.instance;
    facts.aliases =
        transactionId.equals(first.transactionId)
            ? aliases
            : mergeTexts(aliases, List.of(transactionId));
    facts.localUser = null;
    if (user != null && user.equals(first.authorizationId)) {
      facts.user = null; // who acts as this one is known in front
    }
    if (!transactionId.equals(first.transactionId)) {
      facts.mailFrom = null;
      facts.size = null;
      facts.completed = null;
      if (completed != null) {
        facts.continuations =
            mergeTexts(continuations, List.of(Continuation.end(transactionId, completed)));
      }
    }
    return facts.build();
  }

  private SubmissionRecord withoutOpening() {
    Builder facts = toBuilder();
    facts.origin = null;
    facts.service = null;
    facts.protocol = null;
    facts.mechanism = null;
    facts.client = null;
    facts.clientPort = null;
    facts.clientName = null;
    facts.helo = null;
    facts.tlsVersion = null;
    facts.tlsCipher = null;
    return facts.build();
  }

  /** True when it was opened without a login from this very host. */
  public boolean isHandedBack() {
    return origin == Origin.UNAUTHENTICATED && user == null && Addresses.isLoopback(client);
  }

  /** True when {@link #merge} would not throw: nothing that identifies them differs. */
  public boolean mergeable(SubmissionRecord other) {
    if (continues(other) || other.continues(this)) {
      return true;
    }
    return RecordFields.ALL.stream().allMatch(field -> field.mergeable(this, other))
        && !areTwoMachines(other);
  }

  /** True when the lines of one are another machine's than those of the other, by their names. */
  boolean areTwoMachines(SubmissionRecord other) {
    return LogHosts.differ(logHosts, other.logHosts) && !isSameOpening(other);
  }

  /**
   * True when both open a message in the same way at the same time: one machine's line, read with
   * two names of the machine. Where two machines did so it was the same user, or nobody who logged
   * in; what a filter gave back, or a local command in, may belong to two users.
   */
  private boolean isSameOpening(SubmissionRecord other) {
    if (origin == null
        || origin != other.origin
        || Duration.between(time, other.time).abs().compareTo(SAME_INSTANT) > 0) {
      return false;
    }
    if (client == null || other.client == null) {
      return user != null && user.equals(other.user);
    }
    return client.equals(other.client)
        && (user == null
            ? origin == Origin.UNAUTHENTICATED && !isHandedBack()
            : user.equals(other.user));
  }

  /**
   * Characters of a Message-ID, which is kept whole or not at all: half of one could be another's.
   * No line of a log that goes through rsyslog's or Exim's buffers (8 KiB) has a longer one.
   */
  public static final int LONGEST_MESSAGE_ID = 1 << 13;

  /** Two clocks, or one clock written with and without fractions, differ by less than this. */
  public static final Duration SAME_INSTANT = Duration.ofSeconds(2);

  /** Longer than any queue lifetime in use; a line that much later is about another message. */
  public static final Duration LONGEST_TRANSACTION = Duration.ofDays(14);

  /**
   * True when both are facts of one transaction. Queue IDs repeat (Postfix's short ones are an
   * inode and a fraction of a second), so an equal ID is not enough: two openings at different
   * times are two transactions, and so is what comes after the first was completed. Symmetric.
   */
  public boolean sameTransaction(SubmissionRecord other) {
    if (continues(other) || other.continues(this)) {
      return true;
    }
    if (!transactionId.equals(other.transactionId) || !mergeable(other)) {
      return false;
    }
    SubmissionRecord first = time.compareTo(other.time) <= 0 ? this : other;
    SubmissionRecord second = first == this ? other : this;
    Duration apart = Duration.between(first.time, second.time);
    if (apart.compareTo(SAME_INSTANT) <= 0) {
      return true;
    }
    if (second.origin != null) {
      // The opening comes first in every log: what was there before it was another message.
      return false;
    }
    return apart.compareTo(LONGEST_TRANSACTION) <= 0
        && (first.completed == null
            || second.time.compareTo(first.completed.plus(SAME_INSTANT)) <= 0);
  }

  /** A builder that starts with this record's facts. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (RecordField<?> field : RecordFields.ALL) {
      field.copy(this, builder);
    }
    return builder;
  }

  /** The same line read from two files (rotated, compressed, copied) counts once, by its hash. */
  static List<SourceLine> mergeProvenance(List<SourceLine> one, List<SourceLine> two) {
    TreeMap<String, SourceLine> byHash = new TreeMap<>();
    for (List<SourceLine> list : List.of(one, two)) {
      for (SourceLine line : list) {
        byHash.merge(line.hash(), line, (a, b) -> a.compareTo(b) <= 0 ? a : b);
      }
    }
    return byHash.values().stream().sorted().toList();
  }

  static List<String> mergeTexts(List<String> one, List<String> two) {
    TreeSet<String> merged = new TreeSet<>(one);
    merged.addAll(two);
    return List.copyOf(merged);
  }

  /** Collects facts; every field is null or empty until set. Not thread-safe. */
  public static final class Builder {
    /** With what every line of a log tells. */
    public static Builder of(Instant time, String host, String transactionId) {
      Builder facts = new Builder();
      facts.time = time;
      facts.host = host;
      facts.transactionId = transactionId;
      return facts;
    }

    public Instant time;
    public String transactionId;
    public List<String> aliases = List.of();
    public List<String> continuations = List.of();
    public String host;
    public String instance;
    public List<String> logHosts = List.of();
    public String service;
    public String protocol;
    public Origin origin;
    public String user;
    public String mechanism;
    public String authorizationId;
    public String localUser;
    public String client;
    public Integer clientPort;
    public String clientName;
    public String helo;
    public Boolean clientInside;
    public String tlsVersion;
    public String tlsCipher;
    public String mailFrom;
    public String envelopeId;
    public List<Recipient> recipients = List.of();
    public String messageId;
    public String headerFrom;
    public String subject;
    public String subjectHash;
    public Instant headerDate;
    public Long size;
    public String bodyDigest;
    public String textDigest;
    public String sketch;
    public List<String> attachmentDigests = List.of();
    public Instant expired;
    public Instant completed;
    public List<SourceLine> provenance = List.of();

    /**
     * The record.
     *
     * @throws NullPointerException without time, transaction ID and host
     */
    public SubmissionRecord build() {
      return new SubmissionRecord(
          time,
          transactionId,
          aliases,
          continuations,
          host,
          instance,
          logHosts,
          service,
          protocol,
          origin,
          user,
          mechanism,
          authorizationId,
          localUser,
          client,
          clientPort,
          clientName,
          helo,
          clientInside,
          tlsVersion,
          tlsCipher,
          mailFrom,
          envelopeId,
          recipients,
          messageId,
          headerFrom,
          subject,
          subjectHash,
          headerDate,
          size,
          bodyDigest,
          textDigest,
          sketch,
          attachmentDigests,
          expired,
          completed,
          provenance);
    }
  }
}
