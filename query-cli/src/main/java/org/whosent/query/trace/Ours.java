package org.whosent.query.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.record.Addresses;
import org.whosent.record.QueueIdTime;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.dkim.DkimVerifier;
import org.whosent.record.dkim.VerifiedSignature;
import org.whosent.record.message.OpenedMessage;
import org.whosent.record.message.ReceivedField;
import org.whosent.record.site.Site;

/**
 * What is ours: names after {@code by}, names and addresses from which our mail leaves, the abuse
 * desk; and what the index covers. Not thread-safe.
 *
 * <p>Hosts are those of {@code site.yaml} and those whose logs were read. Where the site says
 * nothing, a log host without a dot ({@code mail}) stands for every name that begins with it
 * ({@code mail.example.com}): {@code whosent index --host} says it properly.
 */
final class Ours {
  private static final String DROPPED = "the log daemon says that it left lines out";

  private static final Instant FIRST_ID = Times.exact("2026-01-01T00:00:00Z");

  private final Set<String> names = new HashSet<>();
  private final Set<String> labels = new HashSet<>();
  private final Set<String> outgoing = new HashSet<>();
  private final Set<String> abuse = new HashSet<>();
  private final Site site;
  private final View view;
  private final Coverage covered;
  private final Instant horizon;
  private final Instant now;
  private final DkimVerifier signatures;
  private final boolean listsIpv4;
  private final boolean listsIpv6;
  private CoverageNote note;

  Ours(Site site, View view, Instant now, DkimVerifier signatures) throws IOException {
    this.signatures = signatures;
    this.site = site;
    this.view = view;
    this.covered = view.coverage();
    this.horizon = view.horizon();
    this.now = now;
    for (Site.Host host : site.hosts()) {
      names.add(fold(host.name()));
    }
    for (Coverage.Span span : covered.spans()) {
      String name = fold(site.nameOfLogHost(span.host()));
      names.add(name);
      if (site.hosts().isEmpty() && name.indexOf('.') < 0) {
        labels.add(name);
      }
    }
    site.outgoing().forEach(entry -> outgoing.add(fold(Addresses.canonical(entry))));
    this.listsIpv4 = lists(site.outgoing(), Inet4Address.class);
    this.listsIpv6 = lists(site.outgoing(), Inet6Address.class);
    site.relays().forEach(entry -> outgoing.add(fold(Addresses.canonical(entry))));
    site.abuse().forEach(entry -> abuse.add(fold(entry)));
  }

  private static boolean lists(List<String> entries, Class<? extends InetAddress> kind) {
    return entries.stream()
        .map(Addresses::parse)
        .flatMap(Optional::stream)
        .anyMatch(kind::isInstance);
  }

  /** Whether there are domains whose signatures are ours. */
  boolean signs() {
    return !signatures.isEmpty();
  }

  /** The signatures of ours that verify on the message. */
  List<VerifiedSignature> signatures(OpenedMessage message) {
    return signs() && message.headers().first("DKIM-Signature").isPresent()
        ? signatures.verify(message.asReceived().source())
        : List.of();
  }

  /** True when a Received field with this name after {@code by} claims to be ours. */
  boolean isOurs(String by) {
    return by != null && (names.contains(fold(by)) || labels.contains(label(by)));
  }

  /** True when the record's server goes by this name. */
  boolean isHostOf(SubmissionRecord record, String by) {
    String host = fold(site.nameOfLogHost(record.host()));
    return host.equals(fold(by))
        || (site.hosts().isEmpty() && host.indexOf('.') < 0 && host.equals(label(by)));
  }

  /** True when the field says that its server got the message from us. */
  boolean cameFromUs(ReceivedField field) {
    if (comesFromElsewhere(field)) {
      return false;
    }
    return field.fromNames().stream()
            .anyMatch(
                name ->
                    names.contains(name) || labels.contains(label(name)) || outgoing.contains(name))
        || field.addresses().stream().anyMatch(outgoing::contains);
  }

  /**
   * Anybody can say our name after EHLO. Where the site lists the addresses of that kind (IPv4,
   * IPv6) from which mail leaves, every address in the from clause must be one of them: an address
   * literal after EHLO is the client's word too.
   */
  private boolean comesFromElsewhere(ReceivedField field) {
    return field.addresses().stream()
        .anyMatch(
            address ->
                !outgoing.contains(address)
                    && (address.indexOf(':') < 0 ? listsIpv4 : listsIpv6)
                    && !Addresses.isLoopback(address));
  }

  /** True for an address or name that the site lists as outgoing or as a relay. */
  boolean isOutgoing(String name) {
    return outgoing.contains(fold(name));
  }

  /** True for a name that {@code site.yaml} gives to one of our servers or relays. */
  boolean isListed(String name) {
    String folded = fold(name);
    return outgoing.contains(folded)
        || site.hosts().stream().anyMatch(host -> fold(host.name()).equals(folded));
  }

  /**
   * True for the addresses to which complaints go; where the site names none, for RFC 2142's. Of
   * the other names there (section 4 and 5) none is for complaints alone: what is attached to a
   * mail to them may be the spam's. What feedback loops send is told by its form, wherever it came.
   */
  boolean isAbuseDesk(String address) {
    String folded = fold(address);
    String plain = MailAddresses.withoutDetail(folded);
    return abuse.isEmpty()
        ? plain.startsWith("abuse@")
        : abuse.contains(folded) || abuse.contains(plain);
  }

  /**
   * True where the desk may read another address of that domain: its own. Where the site names no
   * desk, anybody's {@code abuse@} is one, so that the domain must be a host's of ours.
   */
  boolean isDomainOfDesk(String domain) {
    return listsAbuseDesks()
        || site.dkim().domains().contains(domain)
        || names.stream().noneMatch(name -> name.indexOf('.') >= 0)
        || domain.indexOf('.') > 0
            && names.stream().anyMatch(name -> ("." + name).endsWith("." + domain));
  }

  /** False where every {@code abuse@} is taken for one, other people's too. */
  boolean listsAbuseDesks() {
    return !abuse.isEmpty();
  }

  /** True when a look has met damage: what it did not find may be there. */
  boolean isDamaged() {
    return !view.warnings().isEmpty();
  }

  /** True when the record is a complaint on its way to the desk, and nothing else. */
  boolean isForAbuseDesk(SubmissionRecord record) {
    return !record.recipients().isEmpty()
        && record.recipients().stream().allMatch(r -> isAbuseDesk(r.address()));
  }

  /**
   * True when the logs of that server were read at that time, and lack no line that is known of.
   */
  boolean covers(String by, Instant time) {
    return covered.spans().stream().anyMatch(span -> isOf(span, by) && lies(time, span))
        && !mayLack(by, time);
  }

  /** True when the log daemon says that it left out lines of that server at that time. */
  boolean mayLack(String by, Instant time) {
    return covered.dropped().stream()
        .anyMatch(span -> (span.host().isEmpty() || isOf(span, by)) && lies(time, span));
  }

  private boolean isOf(Coverage.Span span, String by) {
    return by == null || sameHost(span.host(), by);
  }

  private static boolean lies(Instant time, Coverage.Span span) {
    return time != null
        && !time.isBefore(span.from().minusSeconds(1))
        && !time.isAfter(span.until().plusSeconds(1));
  }

  private boolean sameHost(String logHost, String by) {
    String host = fold(site.nameOfLogHost(logHost));
    return host.equals(fold(by)) || labels.contains(label(by)) && host.equals(label(by));
  }

  /** True when what happened then is no longer kept. */
  boolean beyondRetention(Instant time) {
    if (time == null) {
      return false;
    }
    if (horizon != null && time.isBefore(horizon)) {
      return true;
    }
    return time.isBefore(now.minus(site.retention()).minus(Duration.ofDays(1)));
  }

  /** When an ID was given out, if it is of a server that writes that into it. */
  Optional<QueueIdTime> toldBy(String id) {
    return QueueIdTime.of(id, now);
  }

  /** What is to be said of what is not there, where no time is known for it. */
  String untimed() {
    return horizon == null
        ? "no time is known for it"
        : "no time is known for it, and nothing is kept from before " + Times.format(horizon);
  }

  /** True when what is not there may have been an erased user's. */
  boolean mayHaveErased(Instant time) {
    Instant last = view.lastErasure();
    return last != null && (time == null || time.isBefore(last));
  }

  /** True for a time at which this server can have given out an ID: chance hits no such time. */
  boolean plausible(Instant time) {
    return time.isAfter(FIRST_ID) && time.isBefore(now.plus(Duration.ofDays(1)));
  }

  /**
   * What the index covers, and where it is damaged: asked of the store once, and not before an
   * answer says it.
   *
   * @throws UncheckedIOException when the store fails
   */
  CoverageNote coverage() {
    if (note == null) {
      try {
        note = note(view.status());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return note;
  }

  private CoverageNote note(StoreStatus status) {
    List<CoverageNote.Gap> gaps = new ArrayList<>();
    Instant from = null;
    Instant until = null;
    Set<String> hosts = new java.util.TreeSet<>();
    Coverage.Span before = null;
    for (Coverage.Span span : status.coverage().spans()) {
      hosts.add(span.host());
      from = from == null || span.from().isBefore(from) ? span.from() : from;
      until = until == null || span.until().isAfter(until) ? span.until() : until;
      if (before != null && before.host().equals(span.host())) {
        gaps.add(new CoverageNote.Gap(span.host(), before.until(), span.from(), "not read"));
      }
      before = span;
    }
    for (StoreStatus.Day day : status.days()) {
      if (day.damage() != null && day.day() != null) {
        Instant start = day.day().atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
        gaps.add(new CoverageNote.Gap(null, start, start.plus(Duration.ofDays(1)), day.damage()));
      }
    }
    for (Coverage.Span span : status.coverage().dropped()) {
      String host = span.host().isEmpty() ? null : span.host();
      gaps.add(new CoverageNote.Gap(host, span.from(), span.until(), DROPPED));
    }
    Long lag = until == null ? null : Math.max(0, Duration.between(until, now).toSeconds());
    return new CoverageNote(from, until, List.copyOf(hosts), lag, gaps);
  }

  private static String label(String name) {
    int dot = name.indexOf('.');
    return fold(dot < 0 ? name : name.substring(0, dot));
  }

  static String fold(String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    return folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
  }
}
