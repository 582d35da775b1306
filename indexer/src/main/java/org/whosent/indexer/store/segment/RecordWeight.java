package org.whosent.indexer.store.segment;

import java.util.List;
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
    weight += of(r.aliases());
    weight += of(r.logHosts());
    weight += of(r.attachmentDigests());
    weight += of(r.continuations());
    for (int i = 0; i < r.recipients().size(); i++) { // by index: an iterator a record adds up
      Recipient x = r.recipients().get(i);
      weight += ENTRY + of(x.address()) + of(x.finalAddress()) + of(x.status()) + of(x.reply());
      weight += of(x.nextHop()) + of(x.nextHopId());
    }
    for (int i = 0; i < r.provenance().size(); i++) {
      SourceLine line = r.provenance().get(i);
      weight += ENTRY + of(line.file()) + line.hashLength();
    }
    return (int) Math.min(Integer.MAX_VALUE, weight);
  }

  private static long of(List<String> texts) {
    long weight = 0;
    for (int i = 0; i < texts.size(); i++) {
      weight += ENTRY + of(texts.get(i));
    }
    return weight;
  }

  private static int of(String text) {
    return text == null ? 0 : text.length();
  }
}
