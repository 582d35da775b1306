package org.whosent.query.trace;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.Addresses;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Follows a message back over our own hops (content filters, instances, relays) to its submission:
 * where a record names nobody, the record whose log says that it handed the message on under this
 * one's ID is the same message earlier. Not thread-safe.
 *
 * <p>Believed only when our log names one of our own servers as the next hop: a foreign server can
 * reply with any ID, also with one that it has just got from us, to have its own mail attributed to
 * somebody who wrote to it. Two logs of one server's own are joined as well.
 */
final class HandOvers {
  private static final int MAX_STEPS = 8;
  private static final int MAX_RECORDS = 20;
  private static final int MAX_FILTERED = 1000;
  private static final Duration AT_ONCE = Duration.ofHours(1);

  /** Of one message in two logs of a server. */
  private static final Duration BETWEEN_LOGS = Duration.ofSeconds(10);

  private final View view;
  private final Ours ours;

  HandOvers(View view, Ours ours) {
    this.view = view;
    this.ours = ours;
  }

  /**
   * The submission that this record continues; the record itself where there is none, or several.
   */
  SubmissionRecord submission(SubmissionRecord record) throws IOException {
    SubmissionRecord current = record;
    for (int step = 0; step < MAX_STEPS && current.user() == null; step++) {
      Optional<SubmissionRecord> before = before(current);
      before = before.isEmpty() ? inOtherLog(current) : before;
      if (before.isEmpty()) {
        break;
      }
      current = before.get();
    }
    return current;
  }

  private Optional<SubmissionRecord> before(SubmissionRecord record) throws IOException {
    boolean fromUs = record.client() == null || isOurAddress(record.client());
    if (!fromUs && !isOurName(record.clientName())) {
      return Optional.empty();
    }
    SubmissionRecord found = null;
    for (SubmissionRecord other :
        view.find(ClueType.NEXT_HOP_ID, record.transactionId(), MAX_RECORDS)) {
      if (other.transactionId().equals(record.transactionId()) || !handedOn(other, record)) {
        continue;
      }
      if (found != null && !found.equals(other)) {
        return Optional.empty();
      }
      found = other;
    }
    if (found == null) {
      // Not by a name: some servers log the one that the address claims, and nothing else binds it.
      return fromUs ? handedBack(record) : Optional.empty();
    }
    return Optional.of(found);
  }

  /**
   * What another log of the same server says of a message of which this one does not tell who it
   * was: of Exchange's message tracking and its receive log one may name the account, and the first
   * has the second one's ID as an alias. IDs repeat, so the Message-ID, the client and the time
   * must be the same, too.
   */
  private Optional<SubmissionRecord> inOtherLog(SubmissionRecord record) throws IOException {
    if (record.origin() != null || record.messageId() == null) {
      return Optional.empty();
    }
    List<String> ids = new ArrayList<>(List.of(record.transactionId()));
    record.aliases().stream().limit(MAX_RECORDS).forEach(ids::add);
    SubmissionRecord found = null;
    for (String id : ids) {
      for (SubmissionRecord other : view.find(ClueType.TRANSACTION_ID, id, MAX_RECORDS)) {
        if (other.user() == null || other.equals(found) || !isOfOneMessage(record, other)) {
          continue;
        }
        if (found != null) {
          return Optional.empty();
        }
        found = other;
      }
    }
    return Optional.ofNullable(found);
  }

  private static boolean isOfOneMessage(SubmissionRecord one, SubmissionRecord other) {
    return one.host().equals(other.host())
        && (one.aliases().contains(other.transactionId())
            || other.aliases().contains(one.transactionId()))
        && other.messageId() != null
        && ClueType.MESSAGE_ID
            .fold(one.messageId())
            .equals(ClueType.MESSAGE_ID.fold(other.messageId()))
        && one.client() != null
        && one.client().equals(other.client())
        && Duration.between(one.time(), other.time()).abs().compareTo(BETWEEN_LOGS) <= 0;
  }

  /**
   * A content filter of ours that gives mail back without saying under which ID: it broke off
   * before it replied, or hands in by the {@code sendmail} command. What came from our own host
   * while exactly one message was with such a filter, with that message's sender, recipients,
   * Message-ID and size, is that message: outside nobody had seen it yet who could have copied it.
   */
  private Optional<SubmissionRecord> handedBack(SubmissionRecord record) throws IOException {
    boolean fromOwnHost =
        record.origin() == Origin.LOCAL
            || (record.origin() == Origin.UNAUTHENTICATED && record.client() != null);
    if (!fromOwnHost || record.mailFrom() == null || record.recipients().isEmpty()) {
      return Optional.empty();
    }
    Optional<SubmissionRecord> found = Optional.empty();
    for (SubmissionRecord other : maybeFiltered(record)) {
      if (FilteredMail.gaveBack(other, record, this::isOurHop)) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(other);
      }
    }
    return found;
  }

  private List<SubmissionRecord> maybeFiltered(SubmissionRecord record) throws IOException {
    if (record.messageId() != null && !record.messageId().isEmpty()) {
      return view.find(ClueType.MESSAGE_ID, record.messageId(), MAX_RECORDS);
    }
    if (record.mailFrom().isEmpty()) {
      return List.of();
    }
    RecordQuery query =
        RecordQuery.of(
            Map.of(ClueType.MAIL_FROM, record.mailFrom()),
            null,
            record.time().minus(AT_ONCE),
            record.time().plus(FilteredMail.SAME_MOMENT));
    List<SubmissionRecord> found = new ArrayList<>();
    Iterator<SubmissionRecord> all = view.search(query);
    while (all.hasNext() && found.size() < MAX_FILTERED) {
      found.add(all.next());
    }
    return found.size() < MAX_FILTERED ? found : List.of(); // too many to tell apart
  }

  private boolean handedOn(SubmissionRecord from, SubmissionRecord to) {
    if (from.messageId() != null
        && to.messageId() != null
        && !ClueType.MESSAGE_ID
            .fold(from.messageId())
            .equals(ClueType.MESSAGE_ID.fold(to.messageId()))) {
      return false;
    }
    for (Recipient recipient : from.recipients()) {
      if (to.transactionId().equals(recipient.nextHopId()) && isOurHop(recipient.nextHop())) {
        Instant when = recipient.time() == null ? from.time() : recipient.time();
        if (Duration.between(when, to.time()).abs().compareTo(AT_ONCE) <= 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code name[address]:port}, {@code name} alone, or OpenSMTPD's {@code address (name)}. */
  private boolean isOurHop(String nextHop) {
    if (nextHop == null) {
      return false;
    }
    int reverseName = nextHop.indexOf(" ("); // the word of whoever has the address
    String hop = reverseName < 0 ? nextHop : nextHop.substring(0, reverseName);
    if (reverseName >= 0 && hop.indexOf('[') < 0) {
      return isOurAddress(hop);
    }
    int open = hop.indexOf('[');
    int close = hop.indexOf(']', open + 1);
    if (open >= 0 && close > open) {
      // The name is the one that our server looked up, so where it led is the name's owner's doing.
      return isOurAddress(hop.substring(open + 1, close)) || isOurName(hop.substring(0, open));
    }
    return ours.isOurs(nextHop);
  }

  /** True for a name that the site lists, and no address beside it. */
  private boolean isOurName(String name) {
    return name != null && !name.isEmpty() && ours.isListed(name);
  }

  private boolean isOurAddress(String literal) {
    return Addresses.parse(literal)
        .map(address -> address.isLoopbackAddress() || ours.isOutgoing(Addresses.format(address)))
        .orElse(false);
  }
}
