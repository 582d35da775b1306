package org.whosent.query.trace;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.whosent.query.output.Counted;
import org.whosent.record.JsonOut;
import org.whosent.record.Printable;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * Many results summed up by user: how many complaints, about how many submissions, from when to
 * when, from which addresses, to how many recipients. What named nobody is summed up by its
 * verdict. Bounded for each user, whatever the complaints hold. Not thread-safe.
 */
public final class UserSummary {
  /** The header row. */
  public static final List<String> COLUMNS =
      List.of(
          "user",
          "verdict",
          "complaints",
          "submissions",
          "first",
          "last",
          "clients",
          "recipients",
          "otherReports");

  /** Distinct values counted for one user; beyond it a count means "at least". */
  private static final int MAX_DISTINCT = 10_000;

  private static final int CLIENTS_SHOWN = 20;

  private static final class Group {
    final String user;
    final Verdict verdict;
    long complaints;
    long otherReports;
    Instant first;
    Instant last;
    final Set<String> submissions = new LinkedHashSet<>();
    final Set<String> clients = new LinkedHashSet<>();
    final Set<String> recipients = new LinkedHashSet<>();

    Group(String user, Verdict verdict) {
      this.user = user;
      this.verdict = verdict;
    }

    void add(SubmissionRecord record) {
      put(submissions, Candidates.key(record));
      put(clients, record.client());
      for (Recipient recipient : record.recipients()) {
        put(recipients, Ours.fold(recipient.address()));
      }
      first = first == null || record.time().isBefore(first) ? record.time() : first;
      last = last == null || record.time().isAfter(last) ? record.time() : last;
    }

    private static void put(Set<String> into, String value) {
      if (value != null && into.size() < MAX_DISTINCT) {
        into.add(value);
      }
    }
  }

  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** Counts one result. */
  public void add(TraceResult result) {
    String user = result.user();
    String key =
        result.verdict().word() + ' ' + (user == null ? "" : user.toLowerCase(Locale.ROOT));
    Group group = groups.computeIfAbsent(key, _ -> new Group(user, result.verdict()));
    if (!result.isComplaint()) {
      group.otherReports++; // somebody said the mail was wanted, or the like: accuses nobody
      return;
    }
    group.complaints++;
    if (user != null) {
      group.add(result.record());
    }
  }

  private List<Group> ranked() {
    return groups.values().stream()
        .sorted(
            Comparator.<Group, Boolean>comparing(group -> group.user == null)
                .thenComparing(group -> -group.complaints))
        .toList();
  }

  /** A line for each user, those with the most complaints first, and one for each other verdict. */
  public List<String> text() {
    return ranked().stream()
        .map(
            group ->
                group.user == null || group.complaints == 0
                    ? "%6d %s  %s%s"
                        .formatted(
                            group.complaints,
                            complaints(group),
                            group.user == null
                                ? "(" + group.verdict.word() + ")"
                                : Printable.text(group.user),
                            others(group))
                    : "%6d %s  %s: %s, %s to %s, from %s, to %s%s"
                        .formatted(
                            group.complaints,
                            complaints(group),
                            Printable.text(group.user),
                            Counted.of(group.submissions.size(), "submission"),
                            Times.format(group.first),
                            Times.format(group.last),
                            Printable.text(clients(group)),
                            Counted.of(group.recipients.size(), "recipient"),
                            others(group)))
        .toList();
  }

  /** As wide in the singular, so that the names stand below each other. */
  private static String complaints(Group group) {
    return group.complaints == 1 ? "complaint " : "complaints";
  }

  private static String others(Group group) {
    return group.otherReports == 0
        ? ""
        : ", and " + Counted.of(group.otherReports, "report") + " not complaining of anything";
  }

  private static String clients(Group group) {
    String shown = String.join(" ", group.clients.stream().limit(CLIENTS_SHOWN).toList());
    int more = group.clients.size() - CLIENTS_SHOWN;
    return shown.isEmpty() ? "-" : more > 0 ? shown + " and " + more + " more" : shown;
  }

  /** The cells of each row, in the order of {@link #COLUMNS}. */
  public List<List<String>> rows() {
    return ranked().stream()
        .map(
            group ->
                List.of(
                    group.user == null ? "" : Printable.text(group.user),
                    group.verdict.word(),
                    Long.toString(group.complaints),
                    Integer.toString(group.submissions.size()),
                    group.first == null ? "" : Times.format(group.first),
                    group.last == null ? "" : Times.format(group.last),
                    Printable.text(String.join(" ", group.clients)),
                    Integer.toString(group.recipients.size()),
                    Long.toString(group.otherReports)))
        .toList();
  }

  /** One JSON object for each. */
  public List<String> json() {
    return ranked().stream()
        .map(
            group ->
                JsonOut.object(
                    true,
                    out -> {
                      out.text("user", group.user);
                      out.text("verdict", group.verdict.word());
                      out.number("complaints", group.complaints);
                      out.number("submissions", (long) group.submissions.size());
                      out.time("first", group.first);
                      out.time("last", group.last);
                      out.texts("clients", List.copyOf(group.clients));
                      out.number("recipients", (long) group.recipients.size());
                      out.number("otherReports", group.otherReports);
                    }))
        .toList();
  }
}
