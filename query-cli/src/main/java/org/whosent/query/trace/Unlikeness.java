package org.whosent.query.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.whosent.record.Sketch;
import org.whosent.record.message.OpenedMessage;

/**
 * Whether it says anything of a message that its text is not like the one submitted. What that
 * takes of the text is found out once, however many records the message is held against. Belongs to
 * one thread.
 */
final class Unlikeness {
  /** What reporters put in place of addresses and the like. */
  private static final Pattern BLACKENED = Pattern.compile("(?i)redact|anonymi[sz]e|[*]{3}|x{6}");

  /** What is left around it. */
  private static final int AROUND = 64;

  /** From this part of it on. */
  private static final int BLACKENED_PART = 3;

  /** Of a longer text the beginning is looked through for what it says again. */
  private static final int MOST_LETTERS = 64 << 10;

  private final OpenedMessage message;

  // Found out when first asked for: most messages are like a record, or have none.
  private boolean asked;
  private boolean blackened;
  private Optional<Sketch> repeated = Optional.empty();

  Unlikeness(OpenedMessage message) {
    this.message = message;
  }

  /** True where another text than this one was submitted, and not much of it only hidden. */
  boolean says(Sketch submitted) {
    if (!asked) {
      asked = true;
      String text = message.text();
      blackened = isBlackened(text);
      repeated = blackened ? Optional.empty() : Sketch.of(repeated(text));
    }
    return !blackened
        && repeated
            .filter(sketch -> submitted.similarity(sketch) >= ContentChecks.DISSIMILAR)
            .isEmpty();
  }

  /** Whether a reporter put something else in place of much of it: of addresses, it may be all. */
  private static boolean isBlackened(String text) {
    long all = text.chars().filter(c -> !isBlank(c)).count();
    long hidden = 0;
    int done = 0;
    for (MatchResult word : BLACKENED.matcher(text).results().toList()) {
      int from = Math.max(word.start(), done);
      while (from > done && from > word.start() - AROUND && isAround(text.charAt(from - 1))) {
        from--;
      }
      int to = Math.max(word.end(), done);
      while (to < text.length() && to < word.end() + AROUND && isAround(text.charAt(to))) {
        to++;
      }
      hidden += to - from;
      done = to;
    }
    return hidden * BLACKENED_PART >= all;
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  private static boolean isAround(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "_@.-*".indexOf(c) >= 0;
  }

  /**
   * What a text says more than once: of one that repeats itself the few different runs are lost
   * among those of a footer, and unlikeness says nothing.
   */
  private static CharSequence repeated(String text) {
    StringBuilder letters = new StringBuilder();
    text.chars()
        .filter(Character::isLetterOrDigit)
        .limit(MOST_LETTERS)
        .forEach(c -> letters.append((char) Character.toLowerCase(c)));
    int runs = letters.length() - Sketch.SHINGLE + 1;
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < runs; i++) {
      counts.merge(letters.substring(i, i + Sketch.SHINGLE), 1, Integer::sum);
    }
    StringBuilder repeated = new StringBuilder();
    int until = 0;
    for (int i = 0; i < runs; i++) {
      if (counts.get(letters.substring(i, i + Sketch.SHINGLE)) > 1) {
        repeated.append(letters, Math.max(i, until), i + Sketch.SHINGLE);
        until = i + Sketch.SHINGLE;
      }
    }
    return repeated;
  }
}
