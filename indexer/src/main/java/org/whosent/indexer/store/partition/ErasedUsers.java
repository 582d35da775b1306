package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.manifest.Tombstones;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/** Which erased users there is still something of. Stateless. */
final class ErasedUsers {
  private ErasedUsers() {}

  /** A user as something names them, and when that was. */
  private record Named(String user, Instant time) {}

  /**
   * Of those under these conditions, each as the earliest thing of theirs names them.
   *
   * @param tombs when whoever was erased
   * @throws IOException also when something cannot be read: it may be theirs
   */
  static Set<String> of(
      View view, RecordQuery query, Map<String, Instant> tombs, Tombstones tombstones)
      throws IOException {
    Map<String, Named> first = new TreeMap<>();
    Iterator<SubmissionRecord> records = view.search(query);
    while (records.hasNext()) {
      SubmissionRecord record = records.next();
      if (record.user() != null) {
        earliest(first, new Named(record.user(), record.time()));
      }
    }
    Iterator<FailedLogin> logins = view.failedLogins(FailedLoginQuery.ALL);
    while (logins.hasNext()) {
      FailedLogin login = logins.next();
      if (login.failure().login() != null && query.matches(login)) {
        earliest(first, new Named(login.failure().login(), login.failure().time()));
      }
    }
    if (!view.damage().isEmpty()) {
      throw new IOException(
          view.damage().getFirst() + "; until then it is not known what there is of erased users");
    }
    Set<String> erased = new TreeSet<>();
    first.forEach(
        (folded, named) -> {
          Instant at = tombs.get(tombstones.of(folded));
          if (at != null && named.time.isBefore(at)) {
            erased.add(named.user);
          }
        });
    return erased;
  }

  private static void earliest(Map<String, Named> first, Named named) {
    first.merge(
        ClueType.USER.fold(named.user),
        named,
        (one, two) -> two.time.isBefore(one.time) ? two : one);
  }
}
