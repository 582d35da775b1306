package org.whosent.query.access;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.whosent.query.access.Looks.Answer;
import org.whosent.query.access.Looks.Question;
import org.whosent.record.BadLineException;

/**
 * The looks of an access log, each with its answer, in the order in which they were asked. The log
 * is read twice: first for what is answered late or never, so that nobody waits for it the second
 * time and memory stays bounded. Not thread-safe.
 */
public final class PairedLooks {
  /** An answer is late behind so many other questions. */
  private static final int LATE = 1_000;

  /** What takes the looks. */
  @FunctionalInterface
  public interface Taker {
    /** Takes one; without an answer, null, it goes on or was cut off. */
    void look(Question question, Answer answer) throws IOException;
  }

  private static final class Pair {
    private final Question question;
    private Answer answer;

    Pair(Question question, Answer answer) {
      this.question = question;
      this.answer = answer;
    }
  }

  private final AccessLog log;

  /** The first reading: questions that no answer was seen to, with how many came before. */
  private final Map<String, Long> unanswered = new HashMap<>();

  private final Map<String, Answer> late = new HashMap<>();
  private long questions;

  /** The second reading: the oldest first. */
  private final SequencedMap<String, Pair> waiting = new LinkedHashMap<>();

  private long unreadable;

  public PairedLooks(AccessLog log) {
    this.log = log;
  }

  /**
   * Reads the days from {@code since} on; once.
   *
   * @param since null for all
   * @return how many lines could not be read
   */
  public long read(Instant since, Taker taker) throws IOException {
    log.read(since, this::look);
    log.read(since, text -> pair(text, taker));
    for (Pair pair : waiting.values()) {
      taker.look(pair.question, pair.answer);
    }
    return unreadable;
  }

  private void look(String text) {
    try {
      switch (Looks.parse(text)) {
        case Question question -> {
          if (!late.containsKey(question.look())) {
            unanswered.put(question.look(), questions);
          }
          questions++;
        }
        case Answer answer -> {
          Long asked = unanswered.remove(answer.look());
          // Before its question, where the clock went back over midnight, or it is not asked for.
          if (asked == null || questions - asked > LATE) {
            late.put(answer.look(), answer);
          }
        }
      }
    } catch (BadLineException _) {
      // counted the second time
    }
  }

  private void pair(String text, Taker taker) throws IOException {
    try {
      switch (Looks.parse(text)) {
        case Question question ->
            waiting.put(question.look(), new Pair(question, late.remove(question.look())));
        case Answer answer -> {
          Pair pair = waiting.get(answer.look());
          if (pair != null) {
            pair.answer = answer;
          }
        }
      }
    } catch (BadLineException _) {
      unreadable++;
      return;
    }
    while (!waiting.isEmpty() && isComplete(waiting.firstEntry().getValue())) {
      Pair pair = waiting.pollFirstEntry().getValue();
      taker.look(pair.question, pair.answer);
    }
  }

  /** Or will not be, or not soon: what was asked since the first reading waits in vain. */
  private boolean isComplete(Pair pair) {
    return pair.answer != null
        || unanswered.containsKey(pair.question.look())
        || waiting.size() > LATE + 1;
  }
}
