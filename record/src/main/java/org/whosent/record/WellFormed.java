package org.whosent.record;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts without lone surrogates: those are no Unicode text (The Unicode Standard, 3.9, D84), no
 * UTF-8 has them, and so a store cannot give them back. JSON can spell them ({@code "\ud800"}, RFC
 * 8259, 8.2), and half of a pair may be left where a text was cut. Stateless.
 */
public final class WellFormed {
  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  /** True when every surrogate in it is one of a pair; also of null. */
  public static boolean is(String text) {
    return text == null || !hasSurrogate(text) || firstLone(text, 0) < 0;
  }

  /** The text with U+FFFD for each lone surrogate; the very same when it has none, or is null. */
  public static String text(String text) {
    return is(text) ? text : mended(text);
  }

  private static boolean hasSurrogate(String text) {
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i); // no way out of this loop: so the compiler takes many at a time
    }
    return all >= Character.MIN_SURROGATE;
  }

  /** Where the first one is from there on, or -1. */
  private static int firstLone(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        return i;
      }
      i++;
    }
    return -1;
  }

  private static String mended(String text) {
    StringBuilder mended = new StringBuilder(text);
    for (int i = firstLone(text, 0); i >= 0; i = firstLone(text, i + 1)) {
      mended.setCharAt(i, REPLACEMENT);
    }
    return mended.toString();
  }

  /** Makes all texts of these facts well-formed. */
  public static void mend(SubmissionRecord.Builder facts) {
    facts.transactionId = text(facts.transactionId);
    facts.aliases = texts(facts.aliases);
    facts.continuations = texts(facts.continuations);
    facts.host = text(facts.host);
    facts.instance = text(facts.instance);
    facts.logHosts = texts(facts.logHosts);
    facts.service = text(facts.service);
    facts.protocol = text(facts.protocol);
    facts.user = text(facts.user);
    facts.mechanism = text(facts.mechanism);
    facts.authorizationId = text(facts.authorizationId);
    facts.localUser = text(facts.localUser);
    facts.client = text(facts.client);
    facts.clientName = text(facts.clientName);
    facts.helo = text(facts.helo);
    facts.tlsVersion = text(facts.tlsVersion);
    facts.tlsCipher = text(facts.tlsCipher);
    facts.mailFrom = text(facts.mailFrom);
    facts.envelopeId = text(facts.envelopeId);
    facts.recipients = recipients(facts.recipients);
    facts.messageId = text(facts.messageId);
    facts.headerFrom = text(facts.headerFrom);
    facts.subject = text(facts.subject);
    facts.subjectHash = text(facts.subjectHash);
    facts.bodyDigest = text(facts.bodyDigest);
    facts.textDigest = text(facts.textDigest);
    facts.sketch = text(facts.sketch);
    facts.attachmentDigests = texts(facts.attachmentDigests);
    facts.provenance = lines(facts.provenance);
  }

  private static List<String> texts(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) { // by index: an iterator a line adds up
      if (!is(texts.get(i))) {
        return texts.stream().map(WellFormed::text).toList();
      }
    }
    return texts;
  }

  private static List<Recipient> recipients(List<Recipient> recipients) {
    for (int i = 0; i < recipients.size(); i++) {
      if (recipients.get(i) != recipient(recipients.get(i))) {
        List<Recipient> mended = new ArrayList<>(recipients);
        mended.replaceAll(WellFormed::recipient);
        return mended;
      }
    }
    return recipients;
  }

  private static Recipient recipient(Recipient r) {
    boolean wellFormed = is(r.address()) && is(r.finalAddress()) && is(r.status());
    if (wellFormed && is(r.reply()) && is(r.nextHop()) && is(r.nextHopId())) {
      return r;
    }
    return new Recipient(
        text(r.address()),
        text(r.finalAddress()),
        r.local(),
        r.outcome(),
        text(r.status()),
        text(r.reply()),
        text(r.nextHop()),
        text(r.nextHopId()),
        r.time());
  }

  /** Hex digits are. */
  private static boolean hasWellFormedHash(SourceLine line) {
    return line.hasBits() || is(line.hash());
  }

  private static List<SourceLine> lines(List<SourceLine> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (!is(lines.get(i).file()) || !hasWellFormedHash(lines.get(i))) {
        return lines.stream()
            .map(line -> new SourceLine(text(line.file()), line.offset(), text(line.hash())))
            .toList();
      }
    }
    return lines;
  }
}
