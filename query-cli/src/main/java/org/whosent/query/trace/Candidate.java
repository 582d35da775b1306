package org.whosent.query.trace;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.whosent.record.SubmissionRecord;

/**
 * A record held against the message. Immutable.
 *
 * @param record the record
 * @param submission the record of ours that the message came from; mostly the same one
 * @param line which Received field of the message, from the top, is this record's; {@link #NO_LINE}
 *     when none is
 * @param evidence what the checks came to
 * @param bound how this copy of the message is joined to the record
 * @param likeness of the content, 0 to 1; for ranking only
 */
record Candidate(
    SubmissionRecord record,
    SubmissionRecord submission,
    int line,
    List<Evidence> evidence,
    Bound bound,
    double likeness) {
  static final int NO_LINE = Integer.MAX_VALUE;

  /** How strongly. The order matters. */
  enum Bound {
    /** Something speaks against it. */
    REFUTED,
    /** An identifier and nothing else. */
    NAMED,
    /** The Message-ID or the envelope as our server saw them, and further matches. */
    CONSISTENT,
    /** The next hop's queue ID, or content that resembles. */
    JOINED,
    /** The content is the one submitted. */
    CONTENT
  }

  Candidate {
    evidence = List.copyOf(evidence);
  }

  /** The same with nothing that joins it to the message. */
  Candidate asNamed() {
    return new Candidate(record, submission, line, evidence, Bound.NAMED, likeness);
  }

  boolean isBound() {
    return bound.compareTo(Bound.CONSISTENT) >= 0;
  }

  boolean matches(Check check) {
    return result(check) == Evidence.Result.MATCH;
  }

  boolean mismatches(Check check) {
    return result(check) == Evidence.Result.MISMATCH;
  }

  /** Whether a digest shows that all of the content is the one submitted. */
  boolean hasContent() {
    return matches(Check.BODY_DIGEST) || (matches(Check.TEXT_DIGEST) && matches(Check.PARTS));
  }

  private Evidence.Result result(Check check) {
    for (Evidence one : evidence) { // asked very often: a loop, and no stream
      if (one.check() == check) {
        return one.result();
      }
    }
    return Evidence.Result.ABSENT;
  }

  Optional<Evidence> against() {
    for (Evidence one : evidence) {
      if (one.check().against() && one.result() == Evidence.Result.MISMATCH) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** The checks that speak against it. */
  Stream<Check> refuting() {
    return evidence.stream()
        .filter(e -> e.check().against() && e.result() == Evidence.Result.MISMATCH)
        .map(Evidence::check);
  }

  /** Whoever submitted it, in one form that compares; empty when the record names nobody. */
  String who() {
    return who(submission);
  }

  /**
   * By case alone, while records are also found by another composition of Unicode: names that only
   * look alike may be two accounts, and the one must not be named for what the other sent.
   */
  static String who(SubmissionRecord record) {
    if (record.user() != null) {
      return "user " + record.user().toLowerCase(Locale.ROOT);
    }
    return record.localUser() != null ? "local " + record.localUser() : "";
  }

  /** For ranking, 0 to 1; no probability. */
  double score() {
    double base =
        switch (bound) {
          case REFUTED -> 0.05;
          case NAMED -> 0.3 + 0.2 * likeness;
          case CONSISTENT -> 0.6;
          case JOINED -> 0.8;
          case CONTENT -> 0.9;
        };
    long matches = evidence.stream().filter(e -> e.result() == Evidence.Result.MATCH).count();
    return Math.round((base + Math.min(0.09, matches * 0.01)) * 1000) / 1000.0;
  }
}
