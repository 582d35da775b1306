package org.whosent.indexer.store.segment;

import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** About how many bytes a record takes, in memory or unpacked. Stateless. */
public final class RecordWeight {
  private static final int FIXED = 400;
  private static final int ENTRY = 60;

  private RecordWeight() {}

  /** Characters of all texts and something for every field. */
  public static int of(SubmissionRecord r) {
    long weight = FIXED + of(r.transactionId()) + of(r.host()) + of(r.instance()) + of(r.service());
    weight += of(r.protocol()) + of(r.user()) + of(r.mechanism()) + of(r.authorizationId());
    weight += of(r.localUser()) + of(r.client()) + of(r.clientName()) + of(r.helo());
    weight += of(r.tlsVersion()) + of(r.tlsCipher()) + of(r.mailFrom()) + of(r.messageId());
    weight += of(r.headerFrom()) + of(r.subject()) + of(r.subjectHash()) + of(r.bodyDigest());
    weight += of(r.textDigest()) + of(r.sketch()) + of(r.envelopeId());
    for (String alias : r.aliases()) {
      weight += ENTRY + of(alias);
    }
    for (String digest : r.attachmentDigests()) {
      weight += ENTRY + of(digest);
    }
    for (String continuation : r.continuations()) {
      weight += ENTRY + of(continuation);
    }
    for (Recipient x : r.recipients()) {
      weight += ENTRY + of(x.address()) + of(x.finalAddress()) + of(x.status()) + of(x.reply());
      weight += of(x.nextHop()) + of(x.nextHopId());
    }
    for (SourceLine line : r.provenance()) {
      weight += ENTRY + of(line.file()) + of(line.hash());
    }
    return (int) Math.min(Integer.MAX_VALUE, weight);
  }

  private static int of(String text) {
    return text == null ? 0 : text.length();
  }
}
