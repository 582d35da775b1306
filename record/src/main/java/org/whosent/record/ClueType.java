package org.whosent.record;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * By what a record is found. Each row says, side by side, which values of a record are indexed and
 * how a value that is asked for is folded, so that the two never part.
 *
 * <p>To add a clue: one row here; stores index every row by its {@link #code}. A row whose folding
 * changes needs a new code, since the index keeps folded values.
 */
public enum ClueType {
  /** Our transaction ID or a foreign queue ID, and its aliases on our own hosts. */
  TRANSACTION_ID(
      "id",
      ClueType::foldId,
      (r, to) -> {
        to.accept(r.transactionId());
        for (int i = 0; i < r.aliases().size(); i++) {
          to.accept(r.aliases().get(i));
        }
      }),
  /** The queue ID that a next hop gave. */
  NEXT_HOP_ID(
      "hop",
      ClueType::foldId,
      (r, to) -> {
        for (int i = 0; i < r.recipients().size(); i++) {
          to.accept(r.recipients().get(i).nextHopId());
        }
      }),
  /**
   * The Message-ID, without angle brackets and white space; case counts (RFC 5322). With comments
   * around it also without these, as people copy it; indexes made before that have it whole only.
   */
  MESSAGE_ID(
      "mid",
      ClueType::foldMessageId,
      (r, to) -> {
        to.accept(r.messageId());
        to.accept(r.messageId() == null ? null : MessageIds.bare(r.messageId()));
      }),
  /** Digest of the body in DKIM relaxed form. */
  BODY_DIGEST("body", ClueType::foldCase, (r, to) -> to.accept(r.bodyDigest())),
  /** Digest of the decoded, folded text. */
  TEXT_DIGEST("text", ClueType::foldCase, (r, to) -> to.accept(r.textDigest())),
  /** Digests of attachments. */
  ATTACHMENT("attach", ClueType::foldCase, (r, to) -> r.attachmentDigests().forEach(to)),
  /** The anchors of the text's sketch: whoever shares one may have a like text. */
  SKETCH(
      "sketch",
      ClueType::foldCase,
      (r, to) -> Sketch.parse(r.sketch()).ifPresent(sketch -> sketch.anchors().forEach(to))),
  /** The authenticated user, case folded. */
  USER("user", ClueType::foldCase, (r, to) -> to.accept(r.user())),
  /** The local account. */
  LOCAL_USER("local", ClueType::foldCase, (r, to) -> to.accept(r.localUser())),
  /** The client's address. */
  CLIENT("client", ClueType::foldAddress, (r, to) -> to.accept(r.client())),
  /** The reverse-path, case folded; the null reverse-path is not indexed. */
  MAIL_FROM("from", ClueType::foldCase, (r, to) -> to.accept(r.mailFrom())),
  /** ENVID, as it was given and as bounces repeat it, white space alike; case counts. */
  ENVELOPE_ID("envid", ClueType::foldEnvelopeId, (r, to) -> to.accept(r.envelopeId())),
  /** The forward-paths as given and as they ended. */
  RECIPIENT(
      "rcpt",
      ClueType::foldCase,
      (r, to) -> {
        for (int i = 0; i < r.recipients().size(); i++) {
          to.accept(r.recipients().get(i).address());
          to.accept(r.recipients().get(i).finalAddress());
        }
      }),
  /** Their domains. */
  RECIPIENT_DOMAIN(
      "domain",
      ClueType::foldDomain,
      (r, to) -> {
        for (int i = 0; i < r.recipients().size(); i++) {
          String address = r.recipients().get(i).address();
          to.accept(address.substring(address.lastIndexOf('@') + 1));
        }
      });

  /** Up to so many, comparing all with all is quicker than a set. */
  private static final int FEW = 8;

  private final String code;
  private final UnaryOperator<String> fold;
  private final BiConsumer<SubmissionRecord, Consumer<String>> values;

  ClueType(
      String code,
      UnaryOperator<String> fold,
      BiConsumer<SubmissionRecord, Consumer<String>> values) {
    this.code = code;
    this.fold = fold;
    this.values = values;
  }

  /** The short name under which stores keep it. */
  public String code() {
    return code;
  }

  /** The folded values under which this record is found, each once, none empty. */
  public List<String> of(SubmissionRecord record) {
    // A dozen of these for every record stored: the bare loop halves what streams would cost.
    List<String> folded = new ArrayList<>(2);
    each(record, folded::add);
    return List.copyOf(distinct(folded));
  }

  private static List<String> distinct(List<String> values) {
    if (values.size() > FEW) {
      return List.copyOf(new LinkedHashSet<>(values));
    }
    for (int i = 1; i < values.size(); ) {
      if (values.subList(0, i).contains(values.get(i))) {
        values.remove(i);
      } else {
        i++;
      }
    }
    return values;
  }

  /**
   * The values not folded yet, one after the other, some perhaps more than once, some null or
   * empty: for whoever indexes a million records, and finds doubles anyway before they are folded.
   */
  public void values(SubmissionRecord record, Consumer<String> to) {
    values.accept(record, to);
  }

  private void each(SubmissionRecord record, Consumer<String> to) {
    values.accept(
        record,
        value -> {
          if (value != null && !value.isEmpty()) {
            String one = fold.apply(value);
            if (!one.isEmpty()) {
              to.accept(one);
            }
          }
        });
  }

  /** What is asked for, folded like what is indexed. */
  public String fold(String asked) {
    return fold.apply(asked);
  }

  private static String foldId(String id) {
    // Our own IDs are read in either case; foreign queue IDs differ by case (Postfix long IDs).
    return TransactionId.isCanonical(id)
        ? id
        : TransactionId.parse(id).map(TransactionId::toString).orElse(id);
  }

  /** A bounce may fold the field where a blank was. */
  private static String foldEnvelopeId(String text) {
    return text.indexOf(' ') < 0 && text.indexOf('\t') < 0 && text.indexOf('\n') < 0
        ? text
        : String.join(" ", text.strip().split("[ \\t\\r\\n]+"));
  }

  private static String foldMessageId(String messageId) {
    String bare = messageId;
    if (!isVisible(messageId)) {
      StringBuilder out = new StringBuilder(messageId.length());
      messageId.chars().filter(c -> c > ' ' && c != 0x7f).forEach(c -> out.append((char) c));
      bare = out.toString();
    }
    int from = bare.startsWith("<") ? 1 : 0;
    int to = bare.length() > from && bare.endsWith(">") ? 1 : 0;
    return bare.substring(from, bare.length() - to);
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String foldCase(String text) {
    if (isFolded(text)) {
      return text;
    }
    return ComposedText.of(text).toLowerCase(Locale.ROOT);
  }

  /** True for most of what there is: ASCII without capitals. */
  private static boolean isFolded(String text) {
    int odd = 0; // negative as soon as one character is
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i); // no way out of this loop: so the compiler takes many at a time
      odd |= ('A' - 1 - c) & (c - 'Z' - 1) | 0x7f - c;
    }
    return odd >= 0;
  }

  private static String foldDomain(String domain) {
    return foldCase(domain.startsWith("@") ? domain.substring(1) : domain);
  }

  private static String foldAddress(String address) {
    return foldCase(Addresses.canonical(address));
  }
}
