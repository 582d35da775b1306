package org.whosent.query.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.query.output.Counted;
import org.whosent.record.FailedLogin;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;

/**
 * Sums up the failed logins with one name: how many, and from which networks. They accuse nobody,
 * and a guess that came true shows as a network that failed and then sent. Bounded: networks beyond
 * {@link #MAX_NETWORKS} are counted in the sum only. Not thread-safe.
 */
public final class FailedLoginSummary {
  static final int MAX_NETWORKS = 100_000;
  private static final int SHOWN = 10;

  /** Masked, or not in the log. */
  private static final String UNKNOWN = "(unknown)";

  private final Map<String, Long> networks = new HashMap<>();
  private long count;
  private Instant first;
  private Instant last;

  /** Takes one into account. */
  public void add(FailedLogin login) {
    Instant time = login.failure().time();
    count++;
    first = first == null || time.isBefore(first) ? time : first;
    last = last == null || time.isAfter(last) ? time : last;
    String network = UserReport.network(login.failure().client()).orElse(UNKNOWN);
    if (networks.size() < MAX_NETWORKS || networks.containsKey(network)) {
      networks.merge(network, 1L, Long::sum);
    }
  }

  /** How many there were. */
  public long count() {
    return count;
  }

  private List<Map.Entry<String, Long>> ranked() {
    return networks.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  /**
   * Lines for people.
   *
   * @param report of the same user and window: which networks also sent
   */
  public List<String> lines(UserReport report) {
    if (count == 0) {
      return List.of("failed logins: none");
    }
    List<String> out = new ArrayList<>();
    int known = networks.size() - (networks.containsKey(UNKNOWN) ? 1 : 0);
    out.add(
        "failed logins: %d, %s to %s%s"
            .formatted(
                count,
                Times.format(first),
                Times.format(last),
                known == 0 ? "" : ", from " + Counted.of(known, "network")));
    ranked().stream()
        .limit(SHOWN)
        .forEach(
            entry ->
                out.add(
                    "  %7d  from %s%s"
                        .formatted(
                            entry.getValue(),
                            entry.getKey(),
                            sent(report, entry.getKey()) ? "  (this network also sent)" : "")));
    if (networks.size() > SHOWN) {
      out.add("  and " + (networks.size() - SHOWN) + " more");
    }
    return out;
  }

  private static boolean sent(UserReport report, String network) {
    return report.networks().stream().anyMatch(named -> named.name().equals(network));
  }

  /** The same as JSON fields. */
  public void json(JsonOut out) throws java.io.IOException {
    out.number("failedLogins", count);
    out.objects(
        "failedLoginNetworks",
        ranked().stream()
            .map(
                entry ->
                    (JsonOut.Fields)
                        network -> {
                          network.text("name", entry.getKey());
                          network.number("failedLogins", entry.getValue());
                        })
            .toList());
  }
}
