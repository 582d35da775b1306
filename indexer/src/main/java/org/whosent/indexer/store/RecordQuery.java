package org.whosent.indexer.store;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;

/**
 * What records are asked for; all conditions together. Immutable.
 *
 * @param clues exact values by clue, folded ({@link ClueType#fold})
 * @param client a network that the client's address lies in, or null
 * @param since not before this time, or null
 * @param until before this time, or null
 */
public record RecordQuery(
    Map<ClueType, String> clues, Network client, Instant since, Instant until) {
  /** Everything. */
  public static final RecordQuery ALL = new RecordQuery(Map.of(), null, null, null);

  public RecordQuery {
    clues = Map.copyOf(clues);
  }

  /**
   * Of values as people write them.
   *
   * @param clues exact values by clue; what is folded already may lose more by it ({@code <<a@b>>}
   *     as a Message-ID), and is for the constructor
   */
  public static RecordQuery of(
      Map<ClueType, String> clues, Network client, Instant since, Instant until) {
    Map<ClueType, String> folded = new EnumMap<>(ClueType.class);
    clues.forEach((type, value) -> folded.put(type, type.fold(value)));
    return new RecordQuery(folded, client, since, until);
  }

  /** Whether a record is among those asked for: the definition that every store must agree with. */
  public boolean matches(SubmissionRecord record) {
    if (since != null && record.time().isBefore(since)
        || until != null && !record.time().isBefore(until)) {
      return false;
    }
    if (client != null && (record.client() == null || !client.contains(record.client()))) {
      return false;
    }
    return clues.entrySet().stream()
        .allMatch(clue -> clue.getKey().of(record).contains(clue.getValue()));
  }

  /**
   * Whether a hold on these records also keeps a failed login: one that names the user, comes from
   * the client and is of the time. What a failed login does not have (an ID, a sender) keeps none.
   */
  public boolean matches(FailedLogin failed) {
    String typed = failed.failure().login();
    String address = failed.failure().client();
    for (Map.Entry<ClueType, String> clue : clues.entrySet()) {
      String value =
          switch (clue.getKey()) {
            case USER -> typed;
            case CLIENT -> address;
            default -> null;
          };
      if (value == null || !clue.getKey().fold(value).equals(clue.getValue())) {
        return false;
      }
    }
    return new FailedLoginQuery(null, client, since, until).matches(failed);
  }
}
