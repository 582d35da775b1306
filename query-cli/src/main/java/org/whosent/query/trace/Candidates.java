package org.whosent.query.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.MessageIds;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.MessageDigests;
import org.whosent.record.message.ReceivedField;

/**
 * Looks up the records that a message can be, and holds each against it. Belongs to one thread,
 * like the view it looks at.
 */
final class Candidates {
  /** Records looked at for one identifier. */
  static final int MAX_RECORDS = 50;

  private final View view;
  private final Ours ours;
  private final Checks checks;
  private final HandOvers handOvers;

  Candidates(View view, Ours ours, Checks checks, HandOvers handOvers) {
    this.view = view;
    this.ours = ours;
    this.checks = checks;
    this.handOvers = handOvers;
  }

  /**
   * What identifiers led to.
   *
   * @param candidates held against the message
   * @param unknown fields that claim to be ours and whose ID no record has
   */
  record Found(List<Candidate> candidates, List<Judge.Unknown> unknown) {}

  /** Every record that an identifier or a digest leads to, held against the message. */
  Found find(Clues clues) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    List<Judge.Unknown> unknown = new ArrayList<>();
    for (int line = 0; line < clues.received().size(); line++) {
      ReceivedField field = clues.received().get(line);
      if (field.id() == null || !ours.isOurs(field.by())) {
        continue;
      }
      boolean any = false;
      for (SubmissionRecord record : view.find(ClueType.TRANSACTION_ID, field.id(), MAX_RECORDS)) {
        if (ours.isHostOf(record, field.by())) {
          any = true;
          records.putIfAbsent(key(record), record);
          lines.putIfAbsent(key(record), line);
        }
      }
      if (!any) {
        unknown.add(new Judge.Unknown(line, field));
      }
    }
    for (ReceivedField field : clues.received()) {
      if (field.id() != null && !ours.isOurs(field.by()) && ours.cameFromUs(field)) {
        add(records, view.find(ClueType.NEXT_HOP_ID, field.id(), MAX_RECORDS));
      }
    }
    if (clues.messageId() != null && !ClueType.MESSAGE_ID.fold(clues.messageId()).isEmpty()) {
      add(records, view.find(ClueType.MESSAGE_ID, clues.messageId(), MAX_RECORDS));
      String bare = MessageIds.bare(clues.messageId());
      if (bare != null) {
        add(records, view.find(ClueType.MESSAGE_ID, bare, MAX_RECORDS));
      }
      String reply = RelaysMessageId.replyId(clues.messageId()).orElse(null);
      if (reply != null) {
        view.find(ClueType.NEXT_HOP_ID, reply, MAX_RECORDS).stream()
            .filter(record -> RelaysMessageId.isOf(record, clues.messageId()))
            .forEach(record -> add(records, List.of(record)));
      }
    }
    if (clues.feedbackId() != null) {
      add(records, view.find(ClueType.TRANSACTION_ID, clues.feedbackId(), MAX_RECORDS));
    }
    if (clues.content() && records.isEmpty()) {
      addContents(clues, records);
    }
    if (clues.envelopeId() != null && records.isEmpty()) {
      // Last: whoever makes up a bounce writes there what he likes.
      add(records, view.find(ClueType.ENVELOPE_ID, clues.envelopeId(), MAX_RECORDS));
    }
    List<Candidate> candidates = new ArrayList<>();
    List<Candidate> toDesks = new ArrayList<>();
    for (Map.Entry<String, SubmissionRecord> entry : records.entrySet()) {
      SubmissionRecord record = entry.getValue();
      boolean toDesk = ours.isForAbuseDesk(record);
      if (!toDesk || !ours.listsAbuseDesks()) {
        int line = lines.getOrDefault(entry.getKey(), Candidate.NO_LINE);
        Candidate held = checks.hold(record, handOvers.submission(record), line, clues);
        (toDesk ? toDesks : candidates).add(held);
      }
    }
    return new Found(withDesks(candidates, toDesks), unknown);
  }

  /**
   * Where the site does not list its abuse desks, a record for {@code abuse@} may be a complaint to
   * ours, and may be spam to somebody else's. Alone it is no candidate; beside another user's it is
   * one that cannot be named, and leaves open who it was.
   */
  private static List<Candidate> withDesks(List<Candidate> candidates, List<Candidate> toDesks) {
    List<Candidate> all = new ArrayList<>(candidates);
    for (Candidate desk : toDesks) {
      if (candidates.stream().anyMatch(other -> !other.who().equals(desk.who()))) {
        all.add(desk.isBound() ? desk.asNamed() : desk);
      }
    }
    return all;
  }

  /** Who sent the content that the message has, as it is. */
  List<Candidate> withDigestsOf(Clues clues) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    if (clues.content()) {
      addContents(clues, records);
    }
    return held(records.values(), clues);
  }

  private void addContents(Clues clues, Map<String, SubmissionRecord> records) throws IOException {
    MessageDigests digests = clues.digests();
    if (digests.bodyDigest() != null) {
      add(records, view.find(ClueType.BODY_DIGEST, digests.bodyDigest(), MAX_RECORDS));
    }
    if (digests.textDigest() != null) {
      add(records, view.find(ClueType.TEXT_DIGEST, digests.textDigest(), MAX_RECORDS));
    }
  }

  /** Who sent a file that the message has attached: candidates and no more. */
  List<Candidate> withAttachmentsOf(Clues clues) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    for (String digest : clues.digests().attachmentDigests()) {
      add(records, view.find(ClueType.ATTACHMENT, digest, MAX_RECORDS));
    }
    return held(records.values(), clues);
  }

  /** The records that a query finds, as far as they are looked at. */
  Map<String, SubmissionRecord> search(RecordQuery query) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    Iterator<SubmissionRecord> found = view.search(query);
    for (int n = 0; n < MAX_RECORDS && found.hasNext(); n++) {
      SubmissionRecord record = found.next();
      records.putIfAbsent(key(record), record);
    }
    return records;
  }

  /** Held against a message that has no line of theirs; without complaints on their way to us. */
  List<Candidate> held(Collection<SubmissionRecord> records, Clues clues) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : records) {
      if (!ours.isForAbuseDesk(record)) {
        candidates.add(hold(record, clues));
      }
    }
    return candidates;
  }

  /** The same of one record, whoever it was for. */
  Candidate hold(SubmissionRecord record, Clues clues) throws IOException {
    return checks.hold(record, handOvers.submission(record), Candidate.NO_LINE, clues);
  }

  static void add(Map<String, SubmissionRecord> records, List<SubmissionRecord> found) {
    found.forEach(record -> records.putIfAbsent(key(record), record));
  }

  static String key(SubmissionRecord record) {
    return record.host()
        + ' '
        + record.instance()
        + ' '
        + record.logHosts()
        + ' '
        + record.transactionId()
        + ' '
        + record.time();
  }
}
