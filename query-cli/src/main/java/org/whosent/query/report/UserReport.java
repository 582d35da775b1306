package org.whosent.query.report;

import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.whosent.record.Addresses;
import org.whosent.record.Network;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Sums up one user's submissions in a window of time; those before it only tell which networks are
 * new. Records may come in any order. What it keeps is bounded: {@link #MAX_RECIPIENTS} addresses,
 * {@link #MAX_CLIENTS} clients; {@link #overflow} says when something was left out. Not
 * thread-safe.
 */
public final class UserReport {
  static final int MAX_RECIPIENTS = 1_000_000;
  static final int MAX_CLIENTS = 100_000;

  /** What customers are given addresses from: one household, one office. */
  private static final int IPV4_PREFIX = 24;

  private static final int IPV6_PREFIX = 48;

  /** A count with the first and the last time. */
  public static final class Span {
    private long count;
    private Instant first;
    private Instant last;
    private String firstId;

    private void add(SubmissionRecord record) {
      count++;
      if (first == null || record.time().isBefore(first)) {
        first = record.time();
        firstId = record.transactionId();
      }
      if (last == null || record.time().isAfter(last)) {
        last = record.time();
      }
    }

    /** How many submissions. */
    public long count() {
      return count;
    }

    /** The first one's time; null when there is none. */
    public Instant first() {
      return first;
    }

    /** The last one's time; null when there is none. */
    public Instant last() {
      return last;
    }

    /** The first one's ID; null when there is none. */
    public String firstId() {
      return firstId;
    }
  }

  /** One recipient's share. */
  public static final class Sent {
    private final Span span = new Span();
    private Outcome outcome;

    /** How many messages, from when to when. */
    public Span span() {
      return span;
    }

    /** The most final that became of any of them; null when nothing is known. */
    public Outcome outcome() {
      return outcome;
    }
  }

  /** A name with its counts. */
  public record Named<T>(String name, T value) {}

  private final Instant since;
  private final Instant until;
  private String user;
  private final Span submissions = new Span();

  /** All of which the client's network is known. */
  private final Span placed = new Span();

  private long placeless;
  private final TreeMap<Instant, Long> hours = new TreeMap<>();
  private final Map<String, Span> clients = new HashMap<>();
  private final Map<String, Span> networks = new HashMap<>();
  private final Map<String, Span> networksEver = new HashMap<>();
  private final Map<String, Sent> recipients = new HashMap<>();
  private final Map<String, Long> domains = new HashMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private boolean overflow;

  /**
   * An empty report.
   *
   * @param since not before; null for no bound
   * @param until before; null for no bound
   */
  public UserReport(Instant since, Instant until) {
    this.since = since;
    this.until = until;
  }

  /** Takes one of the user's records into account. */
  public void add(SubmissionRecord record) {
    if (until != null && !record.time().isBefore(until)) {
      return;
    }
    String network = network(record.client()).orElse(null);
    if (network == null) {
      placeless++;
    } else {
      placed.add(record);
      count(networksEver, network, record);
    }
    if (since != null && record.time().isBefore(since)) {
      return;
    }
    user = user == null ? record.user() : user;
    submissions.add(record);
    hours.merge(record.time().truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
    if (record.client() != null) {
      count(clients, record.client(), record);
    }
    if (network != null) {
      count(networks, network, record);
    }
    for (Recipient recipient : record.recipients()) {
      recipient(recipient, record);
    }
  }

  private void count(Map<String, Span> into, String key, SubmissionRecord record) {
    Span span = into.get(key);
    if (span == null) {
      if (into.size() >= MAX_CLIENTS) {
        overflow = true;
        return;
      }
      span = new Span();
      into.put(key, span);
    }
    span.add(record);
  }

  private void recipient(Recipient recipient, SubmissionRecord record) {
    Outcome outcome = recipient.outcome();
    outcomes.merge(outcome == null ? "open" : outcome.word(), 1L, Long::sum);
    String address = recipient.address().toLowerCase(Locale.ROOT);
    Sent sent = recipients.get(address);
    if (sent == null) {
      if (recipients.size() >= MAX_RECIPIENTS) {
        overflow = true;
        return;
      }
      sent = new Sent();
      recipients.put(address, sent);
      domains.merge(address.substring(address.lastIndexOf('@') + 1), 1L, Long::sum);
    }
    sent.span.add(record);
    if (outcome != null && (sent.outcome == null || outcome.compareTo(sent.outcome) > 0)) {
      sent.outcome = outcome;
    }
  }

  /** The network of an address: a /24 of IPv4, a /48 of IPv6; empty for what is no address. */
  static Optional<String> network(String client) {
    if (client == null) {
      return Optional.empty();
    }
    Optional<InetAddress> address = Addresses.parse(client);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = address.get().getAddress();
    int prefix = bytes.length == 4 ? IPV4_PREFIX : IPV6_PREFIX;
    for (int i = prefix / 8; i < bytes.length; i++) {
      bytes[i] = 0;
    }
    try {
      return Optional.of(new Network(InetAddress.getByAddress(bytes), prefix).toString());
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /** The user as the records write him; null when the window has none of his. */
  public String user() {
    return user;
  }

  /** The submissions of the window. */
  public Span submissions() {
    return submissions;
  }

  /** Submissions by hour, in order; hours without any are left out. */
  public Map<Instant, Long> hours() {
    return java.util.Collections.unmodifiableMap(hours);
  }

  /** Client addresses of the window, the busiest first. */
  public List<Named<Span>> clients() {
    return ranked(clients);
  }

  /** Networks of the window, the busiest first. */
  public List<Named<Span>> networks() {
    return ranked(networks);
  }

  /**
   * Networks that no record from before the window shows, or, where the window is all that is kept,
   * none from before the user's first day's end; in the order of their first use. Records without a
   * client, as masked ones are, are as if they were not kept: else all would be new that was used
   * since. The first submission from the one that then sent most is the likely moment of a
   * take-over.
   */
  public List<Named<Span>> newNetworks() {
    if (placed.first == null) {
      return List.of();
    }
    Instant limit = startsBefore() ? since : dayAfterFirst();
    return ranked(networks).stream()
        .filter(named -> !networksEver.get(named.name).first.isBefore(limit))
        .sorted(
            Comparator.<Named<Span>, Instant>comparing(named -> named.value.first)
                .thenComparing(Named::name))
        .toList();
  }

  /**
   * False where all records whose network is known are of one day: with nothing before them to
   * compare with, that no network is new would say nothing.
   */
  public boolean tellsNewNetworks() {
    return placed.first != null && (startsBefore() || !placed.last.isBefore(dayAfterFirst()));
  }

  private boolean startsBefore() {
    return since != null && placed.first.isBefore(since);
  }

  private Instant dayAfterFirst() {
    return placed.first.plus(1, ChronoUnit.DAYS);
  }

  /**
   * Submissions, also before the window, of which the client's address is masked or was no address.
   */
  public long placeless() {
    return placeless;
  }

  private static List<Named<Span>> ranked(Map<String, Span> spans) {
    return spans.entrySet().stream()
        .map(entry -> new Named<>(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.<Named<Span>>comparingLong(named -> -named.value.count)
                .thenComparing(Named::name))
        .toList();
  }

  /** Recipients of the window by address. */
  public List<Named<Sent>> recipients() {
    return recipients.entrySet().stream()
        .map(entry -> new Named<>(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(Named::name))
        .toList();
  }

  /** Recipients' domains with how many of them, the most first. */
  public List<Named<Long>> domains() {
    return domains.entrySet().stream()
        .map(entry -> new Named<>(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.<Named<Long>>comparingLong(named -> -named.value).thenComparing(Named::name))
        .toList();
  }

  /** How many deliveries came to what; {@code open} where nothing is known yet. */
  public Map<String, Long> outcomes() {
    return java.util.Collections.unmodifiableMap(outcomes);
  }

  /** True when more addresses or clients were met than are kept. */
  public boolean overflow() {
    return overflow;
  }
}
