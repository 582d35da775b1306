package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Finds the first message that is quoted, header and all, in somebody's text, and puts it together
 * again. Quote marks ({@code >}, {@code |}) are taken off, and so is the white space that mailers
 * add or take away. Stateless.
 *
 * <p>A block counts when it has at least two fields of mail, one of them {@code Received} or {@code
 * Message-ID}; where there is none, one of {@link ForwardLabels} does. Of both, the upper one is
 * the message: what stands below may be what its sender wrote into it, to lay the blame on somebody
 * else. Only a header that says the same sender and subject as the labels above it, as people paste
 * it under what they forward, is taken for theirs. For the same reason one text has one message.
 *
 * <p>Known weakness: where a mailer wrapped a long line in the middle of a word, the word stays
 * broken.
 */
final class QuotedMessage {
  private static final int MAX_LINES = 100_000;

  /** What makes a text of one line a header that lost its line breaks. */
  private static final Pattern LOST_BREAK =
      Pattern.compile(
          "(?<![ \\t])[ \\t]++"
              + "(?=(?:Received|Return-Path|Delivered-To|Message-ID|Message-Id|From|To|Cc"
              + "|Subject|Date|Reply-To|Sender|MIME-Version|Content-Type|DKIM-Signature"
              + "|Authentication-Results|X-[A-Za-z-]{1,40}):[ \\t])");

  private static final Pattern ESCAPED_BREAK = Pattern.compile("(?:\\\\r)?\\\\n");

  private static final Pattern ESCAPED_SIGN = Pattern.compile("\\\\(\\p{Punct})");

  private QuotedMessage() {}

  /**
   * What was found.
   *
   * @param source the message
   * @param belowLabels whether its header stands below labels that say the same of it, or below an
   *     attribution
   */
  record Found(byte[] source, boolean belowLabels) {}

  /** The message; empty when the text quotes none. */
  static Optional<Found> find(String pasted) {
    // Out of a ticket that takes its text for Markdown.
    String text =
        pasted.contains("\\<") && pasted.contains("\\>")
            ? ESCAPED_SIGN.matcher(pasted).replaceAll("$1")
            : pasted;
    Optional<Found> found = in(text);
    if (found.isPresent()) {
      return found;
    }
    if (text.contains("\\n") && text.contains("Received:")) {
      // Out of a ticket or a log: line breaks written as \n.
      found = in(ESCAPED_BREAK.matcher(text.replace("\\t", "\t")).replaceAll("\n"));
    }
    if (found.isEmpty() && text.contains("Received: ")) {
      found = in(QuotedHeader.brokenBehindDates(LOST_BREAK.matcher(text).replaceAll("\n")));
    }
    return found;
  }

  /**
   * The message that the first labels speak of, where they leave out the subject too: no more than
   * whose it is. Empty when there are none.
   */
  static Optional<Found> byAnyLabels(String text) {
    List<String> lines = text.lines().limit(MAX_LINES).toList();
    ForwardLabels all = new ForwardLabels(lines.stream().map(QuoteMarks::without).toList());
    return IntStream.range(0, lines.size())
        .mapToObj(i -> Labels.at(all, i))
        .filter(Objects::nonNull)
        .findFirst()
        .map(labels -> labels.message(lines));
  }

  /** Whether it says of a part of it that somebody else wrote that. */
  static boolean hasAttribution(String text) {
    return text.lines().limit(MAX_LINES).map(QuoteMarks::without).anyMatch(Attribution::isOne);
  }

  private static Optional<Found> in(String text) {
    List<String> lines = text.lines().limit(MAX_LINES).toList();
    List<String> plain = lines.stream().map(QuoteMarks::without).toList();
    ForwardLabels all = new ForwardLabels(plain);
    Labels whose = null; // the first ones, with a subject or without
    Labels labels = null; // the first that make a message
    boolean answers = false; // below an attribution
    int seen = 0; // up to here every header was looked at
    for (int i = 0; i < plain.size(); i++) {
      if (i >= seen && QuotedHeader.mayBegin(plain.get(i))) {
        QuotedHeader header = QuotedHeader.at(plain, i);
        if (header.leads()) {
          boolean theirs =
              (whose == null || header.agrees(whose.block))
                  && (labels == null || header.agrees(labels.block));
          return Optional.of(
              theirs
                  ? new Found(
                      message(header.fields(), lines, i, header.end()),
                      answers || whose != null && !saysItsId(plain.subList(0, whose.from), header))
                  : (labels == null ? whose : labels).message(lines));
        }
        seen = header.end();
      }
      answers |= Attribution.isOne(plain.get(i));
      if (labels == null) {
        Labels here = Labels.at(all, i);
        whose = whose == null ? here : whose;
        labels = here != null && here.block.hasSubject() ? here : null;
      }
    }
    return Optional.ofNullable(labels).map(block -> block.message(lines));
  }

  /**
   * Whether lines above the first labels, where nobody but who complains writes, have the header's
   * Message-ID: Gmail's table above the source has it.
   */
  private static boolean saysItsId(List<String> above, QuotedHeader header) {
    return header.fields().stream()
        .filter(field -> field.regionMatches(true, 0, "Message-ID: <", 0, 13))
        .limit(1)
        .map(field -> field.substring(12).strip())
        .anyMatch(id -> above.stream().anyMatch(line -> line.contains(id)));
  }

  private record Labels(ForwardLabels.Block block, int from) {
    static Labels at(ForwardLabels all, int from) {
      return all.at(from).map(block -> new Labels(block, from)).orElse(null);
    }

    Found message(List<String> lines) {
      return new Found(QuotedMessage.message(block.fields(), lines, from, block.end()), false);
    }
  }

  private static byte[] message(List<String> fields, List<String> lines, int from, int end) {
    int marks = QuoteMarks.count(lines.get(from));
    StringBuilder body = new StringBuilder();
    for (int i = end; i < lines.size(); i++) {
      body.append(QuoteMarks.without(lines.get(i), marks)).append('\n');
    }
    StringBuilder out = new StringBuilder();
    boolean asItWas = structureFits(fields, body);
    for (String field : fields) {
      String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
      if (asItWas || !STRUCTURE.contains(name)) {
        out.append(field).append('\n');
      }
    }
    if (!asItWas) {
      out.append(LooseBody.header(body.toString()));
    } else {
      out.append('\n');
    }
    return out.append(body).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static final Set<String> STRUCTURE =
      Set.of("content-type", "content-transfer-encoding", "mime-version");

  /**
   * Whether the body is the source that the header speaks of: mostly it is the text as it was
   * shown, below a header that promises parts or an encoding.
   */
  private static boolean structureFits(List<String> fields, StringBuilder body) {
    for (String field : fields) {
      String lower = field.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-type:") && lower.contains("boundary")) {
        String boundary = BOUNDARY.matcher(field).replaceFirst("$1");
        return !boundary.isBlank() && body.indexOf("--" + boundary) >= 0;
      }
    }
    return false;
  }

  private static final Pattern BOUNDARY =
      Pattern.compile("(?is)^.*?boundary\\s{0,5}=\\s{0,5}\"?([^\";\\s]{1,200}).*$");
}
