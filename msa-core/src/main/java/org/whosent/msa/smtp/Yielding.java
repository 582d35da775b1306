package org.whosent.msa.smtp;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.whosent.msa.auth.User;
import org.whosent.msa.smtp.Acceptor.Running;

/**
 * Which session ends when there are too many. Stateless.
 *
 * <p>One with a message on its way never does. A stranger is cut. A user hears 421, and what was
 * answered before; and keeps one session, so that a crowd of strangers takes nobody's only one.
 */
final class Yielding {
  private Yielding() {}

  private record Candidate(Session session, Object holder, long ageNanos) {}

  /** Ends one; empty when none may be ended. */
  static Optional<Session> end(List<Running> all) {
    Optional<Session> stranger =
        oldestOfMost(all, one -> one.session().mayYield() ? one.network() : null, 1).findFirst();
    stranger.ifPresent(Session::cut);
    return stranger.or(
        () ->
            oldestOfMost(all, one -> name(one.session().user()), 2)
                .filter(Session::yieldPlace)
                .findFirst());
  }

  private static String name(User user) {
    return user == null ? null : user.name();
  }

  /** Those of the holder who has most first, and of these the oldest. */
  private static Stream<Session> oldestOfMost(
      List<Running> all, Function<Running, Object> holder, int least) {
    long now = System.nanoTime();
    // What changes meanwhile is looked at once.
    List<Candidate> candidates =
        all.stream()
            .map(one -> new Candidate(one.session(), holder.apply(one), now - one.sinceNanos()))
            .filter(candidate -> candidate.holder() != null)
            .toList();
    Map<Object, Integer> many = new HashMap<>();
    candidates.forEach(candidate -> many.merge(candidate.holder(), 1, Integer::sum));
    return candidates.stream()
        .filter(candidate -> many.get(candidate.holder()) >= least)
        .sorted(
            Comparator.comparingInt((Candidate candidate) -> many.get(candidate.holder()))
                .thenComparingLong(Candidate::ageNanos)
                .reversed())
        .map(Candidate::session);
  }
}
