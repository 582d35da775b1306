package org.whosent.indexer.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.whosent.indexer.store.Batch;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Joins the facts of a transaction on their way to the store, so that the store sees one piece
 * instead of one a line. Only an economy: {@link Batch#add} joins whatever comes separately, by the
 * same {@link SubmissionRecord#sameTransaction}. So what falls out of the bounds is handed on, and
 * before every commit all is.
 *
 * <p>A record rests on at most {@link #MOST_LINES} lines of one piece; further lines' facts count,
 * their place in the file is not kept. Not thread-safe.
 */
final class OpenTransactions {
  /** Lines whose place is kept with one piece of a record. */
  static final int MOST_LINES = 64;

  private static final int MOST_TRANSACTIONS = 50_000;
  private static final int MOST_PARTS = 500_000;
  private static final int MOST_RECIPIENTS = 2_000;

  /** What is known so far; the lists are kept apart, since joining them line by line is slow. */
  private static final class Open {
    private SubmissionRecord facts;
    private final List<Recipient> recipients = new ArrayList<>(2);
    private final List<SourceLine> lines = new ArrayList<>(8);

    int parts() {
      return 1 + recipients.size() + lines.size();
    }

    SubmissionRecord whole() {
      SubmissionRecord.Builder lists = facts.toBuilder();
      lists.recipients = recipients;
      lists.provenance = lines;
      return facts.merge(lists.build()); // the merge also orders the lists and joins doubles
    }
  }

  private final LinkedHashMap<String, List<Open>> byId = new LinkedHashMap<>(1024, 0.75f, true);
  private int transactions;
  private int parts;
  private long dropped;

  /** Adds one line's facts; may hand older transactions on to the batch. */
  void add(SubmissionRecord facts, SourceLine line, Batch batch) throws IOException {
    String key = facts.host() + ' ' + facts.transactionId();
    List<Open> candidates = byId.computeIfAbsent(key, k -> new ArrayList<>(1));
    Open open = null;
    for (int i = candidates.size() - 1; i >= 0 && open == null; i--) {
      if (candidates.get(i).facts.sameTransaction(facts)) {
        open = candidates.get(i);
      }
    }
    if (open == null) {
      open = new Open();
      candidates.add(open);
      transactions++;
      parts++;
    }
    int before = open.facts == null ? 1 : open.parts();
    join(open, facts, line);
    parts += open.parts() - before;
    if (open.recipients.size() > MOST_RECIPIENTS) {
      remove(byId.remove(key), batch);
    }
    while (transactions > MOST_TRANSACTIONS || parts > MOST_PARTS) {
      Iterator<List<Open>> eldest = byId.values().iterator();
      List<Open> opens = eldest.next();
      eldest.remove();
      remove(opens, batch);
    }
  }

  private static void join(Open open, SubmissionRecord facts, SourceLine line) {
    if (open.facts != null && addsRecipientsOnly(open.facts, facts)) {
      open.recipients.addAll(facts.recipients());
    } else {
      joinAll(open, facts);
    }
    if (open.lines.size() < MOST_LINES) {
      open.lines.add(line);
    }
  }

  /** Every other line is a delivery's, and needs no merge of thirty fields. */
  private static boolean addsRecipientsOnly(SubmissionRecord open, SubmissionRecord facts) {
    return !facts.recipients().isEmpty()
        && !facts.time().isBefore(open.time())
        && Objects.equals(facts.instance(), open.instance())
        && facts.equals(bare(facts));
  }

  /** Nothing but what every delivery line has. */
  private static SubmissionRecord bare(SubmissionRecord facts) {
    SubmissionRecord.Builder bare = new SubmissionRecord.Builder();
    bare.time = facts.time();
    bare.transactionId = facts.transactionId();
    bare.host = facts.host();
    bare.instance = facts.instance();
    bare.recipients = facts.recipients();
    return bare.build();
  }

  private static void joinAll(Open open, SubmissionRecord facts) {
    SubmissionRecord.Builder scalars = facts.toBuilder();
    scalars.recipients = List.of();
    scalars.provenance = List.of();
    SubmissionRecord bare = scalars.build();
    open.facts = open.facts == null ? bare : open.facts.merge(bare);
    open.recipients.addAll(facts.recipients());
  }

  private void remove(List<Open> opens, Batch batch) throws IOException {
    for (Open open : opens) {
      transactions--;
      parts -= open.parts();
      if (!batch.add(open.whole())) {
        dropped++;
      }
    }
  }

  /** Hands everything on. */
  void flush(Batch batch) throws IOException {
    for (Map.Entry<String, List<Open>> entry : byId.entrySet()) {
      remove(entry.getValue(), batch);
    }
    byId.clear();
  }

  /** Forgets everything: the batch failed. */
  void clear() {
    byId.clear();
    transactions = 0;
    parts = 0;
  }

  /** How many pieces the store did not take since the last call. */
  long takeDropped() {
    long count = dropped;
    dropped = 0;
    return count;
  }
}
