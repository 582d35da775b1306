package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.View;
import org.whosent.record.Network;
import org.whosent.record.Printable;
import org.whosent.record.Times;
import org.whosent.record.site.Site;

/**
 * What the logs and {@code site.yaml} say differently of a site. Each finding is a line that says
 * what is amiss, what follows from it and what to do; none is an error. Stateless.
 */
public final class SiteCheck {
  private static final int MOST = 20;
  private static final Duration LONG_SINCE = Duration.ofDays(7);

  private SiteCheck() {}

  /** The findings, at most {@value #MOST}; empty when all agrees. */
  public static List<String> of(Site site, View view) throws IOException {
    return of(site, view.status().coverage(), LogCounts.hops(view), LogCounts.clientTexts(view));
  }

  /**
   * The same.
   *
   * @param clientTexts of {@link LogCounts#clientTexts}
   */
  static List<String> of(
      Site site, Coverage coverage, List<String> privateHops, Map<String, Instant> clientTexts) {
    List<String> findings = new ArrayList<>();
    Set<String> read = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    coverage.spans().forEach(span -> read.add(span.host()));
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String host : read) {
      String name = site.nameOfLogHost(host);
      names.add(name);
      boolean named = site.isOurs(name);
      if (host.equals(HostNames.NAMELESS) && !named) {
        findings.add(
            "logs that name no host were read as those of 'localhost': index them with --host and"
                + " the name that their server writes after 'by', into a new --data");
      } else if (!named && host.indexOf('.') < 0) {
        // A name with a dot is what servers write after 'by': tracing knows it from the log.
        findings.add(
            ("%1$s: its log is indexed, and site.yaml does not name it: if it writes another name"
                    + " after 'by' in Received, its fields are not known as ours. Put that name"
                    + " under hosts, with 'logs: [%1$s]'; or index its logs with --host into a new"
                    + " --data")
                .formatted(Printable.text(host)));
      } else if (areBothOf(host, name, coverage)) {
        findings.add(
            ("%1$s: logs of the same time were read under this name and, since it was named, under"
                    + " %2$s: what was read both times is there twice. Index the logs into a new"
                    + " --data")
                .formatted(Printable.text(host), Printable.text(name)));
      }
    }
    if (!read.isEmpty()) {
      for (Site.Host host : site.hosts()) {
        if (!names.contains(host.name())) {
          findings.add(
              "%s: stands in site.yaml, and no log of it is indexed: mail through it is not found"
                  .formatted(Printable.text(host.name())));
        }
      }
    }
    clientTexts(coverage, clientTexts, findings);
    twice(site, findings);
    for (String hop : privateHops) {
      if (!isKnown(site, hop)) {
        findings.add(
            "%s: takes mail from a server of yours in a private network, and site.yaml has it neither"
                    .formatted(Printable.text(hop))
                + " under relays nor under hosts: copies that went through it are judged as"
                + " foreign");
      }
    }
    if (findings.size() > MOST) {
      List<String> shown = new ArrayList<>(findings.subList(0, MOST));
      shown.add("and %d more".formatted(findings.size() - MOST));
      return shown;
    }
    return findings;
  }

  /** Whoever names a server later, and reads its logs once more, has two records of a message. */
  private static boolean areBothOf(String host, String name, Coverage coverage) {
    return !host.equalsIgnoreCase(name)
        && coverage.spans().stream()
            .filter(span -> span.host().equalsIgnoreCase(host))
            .anyMatch(
                span ->
                    coverage.spans().stream()
                        .filter(other -> other.host().equalsIgnoreCase(name))
                        .anyMatch(
                            other ->
                                other.from().isBefore(span.until())
                                    && other.until().isAfter(span.from())));
  }

  /** Until the log has gone on for a while without such a line. */
  private static void clientTexts(
      Coverage coverage, Map<String, Instant> clientTexts, List<String> findings) {
    clientTexts.forEach(
        (key, last) -> {
          int blank = key.indexOf(' ');
          String host = key.substring(0, blank);
          boolean over =
              coverage.spans().stream()
                  .anyMatch(
                      span ->
                          span.host().equalsIgnoreCase(host)
                              && span.until().isAfter(last.plus(LONG_SINCE)));
          if (!over) {
            findings.add(
                ("%s: its Exim logs, or may log, what others say with the line feeds in it (last at"
                        + " %s), so that they can write lines into its log: mail that is logged"
                        + " shortly behind such a line may name nobody. There, %s")
                    .formatted(Printable.text(host), Times.format(last), key.substring(blank + 1)));
          }
        });
  }

  /**
   * A log's host that is two servers' belongs to the first, and the other's mail to the wrong one.
   */
  private static void twice(Site site, List<String> findings) {
    Map<String, String> owners = new HashMap<>();
    for (Site.Host host : site.hosts()) {
      Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      names.add(host.name());
      names.addAll(host.logs());
      for (String name : names) {
        String before = owners.putIfAbsent(name.toLowerCase(Locale.ROOT), host.name());
        if (before != null) {
          findings.add(
              "%s: is said of both %s and %s in site.yaml; its lines count as %s's"
                  .formatted(
                      Printable.text(name),
                      Printable.text(before),
                      Printable.text(host.name()),
                      Printable.text(before)));
        }
      }
    }
  }

  /** By name or address; {@code relays} may hold either. */
  private static boolean isKnown(Site site, String hop) {
    int open = hop.indexOf('[');
    int close = hop.indexOf(']');
    String name = hop.substring(0, open);
    String address = hop.substring(open + 1, close);
    List<String> known = new ArrayList<>(site.relays());
    known.addAll(site.outgoing());
    site.hosts()
        .forEach(
            host -> {
              known.add(host.name());
              known.addAll(host.logs());
            });
    return known.stream()
        .anyMatch(
            each ->
                each.equalsIgnoreCase(name)
                    || each.equalsIgnoreCase(address)
                    || Network.parse(each)
                        .filter(network -> network.contains(address))
                        .isPresent());
  }
}
