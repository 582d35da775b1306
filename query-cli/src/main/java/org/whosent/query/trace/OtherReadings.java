package org.whosent.query.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.Allowance;
import org.whosent.record.message.PastedText;

/**
 * What an ID may be that no record has as it was written: one with words for its signs, {@code
 * (at)}, or one that was read off a picture, a print or a telefax, where 0 and O, and 1, l and I,
 * look alike. Leads to candidates and never further. Not thread-safe, like its view.
 */
final class OtherReadings {
  /** Said of one that was found with its signs. */
  static final String DISGUISED =
      "it stands there with words for its signs, (at) or the like: if it is the message's, ask for"
          + " it with the signs";

  private static final String[] ALIKE = {"0O", "1lI"};

  /** Readings of one ID; of one with more none is looked up. */
  static final int MAX_OF_ONE = 243;

  /** Readings that are looked up for one input. */
  private static final int MAX = 1000;

  private static final int MAX_RECORDS = 50;

  private final View view;
  private final HandOvers handOvers;

  OtherReadings(View view, HandOvers handOvers) {
    this.view = view;
    this.handOvers = handOvers;
  }

  /** The records of the first of these IDs that has any; empty where none has. */
  Optional<Judge.Ruling> of(Kind kind, Collection<String> identifiers, Allowance allowance)
      throws IOException {
    boolean messageId = kind == Kind.MESSAGE_ID;
    ClueType clue = messageId ? ClueType.MESSAGE_ID : ClueType.TRANSACTION_ID;
    int left = MAX;
    for (String identifier : identifiers) {
      String signs = messageId ? PastedText.withSigns(identifier) : identifier;
      Set<SubmissionRecord> found = new LinkedHashSet<>();
      String doubt = DISGUISED;
      if (!signs.equals(identifier)) {
        found.addAll(view.find(clue, signs, MAX_RECORDS));
      }
      List<String> readings = found.isEmpty() ? misread(signs) : List.of();
      left -= readings.size();
      if (left < 0) {
        break;
      }
      allowance.lookUp(readings.size());
      for (String reading : readings) {
        found.addAll(view.find(clue, reading, MAX_RECORDS));
        doubt =
            "no record has %s; an ID that looks like it has one, as 0 and O, or 1, l and I, do"
                .formatted(identifier);
      }
      if (!found.isEmpty()) {
        return Optional.of(candidates(messageId, doubt, found));
      }
    }
    return Optional.empty();
  }

  private Judge.Ruling candidates(boolean messageId, String doubt, Set<SubmissionRecord> found)
      throws IOException {
    List<Evidence> evidence =
        List.of(
            Evidence.absent(
                messageId ? Check.MESSAGE_ID : Check.TRANSACTION_ID, "not as it was written"),
            Evidence.absent(Check.OTHER_FIELD, doubt));
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : found) {
      SubmissionRecord submission = handOvers.submission(record);
      candidates.add(
          new Candidate(record, submission, Candidate.NO_LINE, evidence, Candidate.Bound.NAMED, 0));
    }
    return new Judge.Ruling(Verdict.INCONCLUSIVE, null, null, evidence, Judge.ranked(candidates));
  }

  /**
   * All other ways to read it, of a Message-ID its left side; empty where there is none, or there
   * are too many.
   */
  static List<String> misread(String id) {
    int end = id.indexOf('@') < 0 ? id.length() : id.indexOf('@');
    List<String> readings = new ArrayList<>(List.of(""));
    int from = 0;
    for (int i = 0; i < end; i++) {
      String alike = alike(id.charAt(i));
      if (alike == null) {
        continue;
      }
      if (readings.size() * alike.length() > MAX_OF_ONE) {
        return List.of();
      }
      String before = id.substring(from, i);
      List<String> longer = new ArrayList<>();
      for (String beginning : readings) {
        for (int n = 0; n < alike.length(); n++) {
          longer.add(beginning + before + alike.charAt(n));
        }
      }
      readings = longer;
      from = i + 1;
    }
    String rest = id.substring(from);
    return readings.stream().map(one -> one + rest).filter(one -> !one.equals(id)).toList();
  }

  private static String alike(char c) {
    for (String alike : ALIKE) {
      if (alike.indexOf(c) >= 0) {
        return alike;
      }
    }
    return null;
  }
}
