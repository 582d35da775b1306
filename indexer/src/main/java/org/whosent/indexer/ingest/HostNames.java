package org.whosent.indexer.ingest;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.whosent.record.LogHosts;
import org.whosent.record.site.Site;

/**
 * Gives a log line's host the name it has after {@code by}: the one of {@code --host} for every
 * line, else what the site says, else its own. A log that names no host (Exim's own files) is the
 * site's only server's; where the site has none or several, it is {@link #NAMELESS}'s. Remembers
 * which log hosts {@code --host} was said of, up to a bound: a log of thousands of hosts is not one
 * server's. Not thread-safe.
 */
final class HostNames implements UnaryOperator<String> {
  /** The host of a log that names none, until --host or the site says better. */
  static final String NAMELESS = "localhost";

  private static final int REMEMBERED = 32;
  private static final int CACHED = 10_000;

  private final String name;
  private final Map<String, String> cache = new HashMap<>();
  private final Map<String, List<String>> machines = new HashMap<>();
  private final Site before;
  private Site site;
  private boolean isAnyLines;
  private int remembered;

  HostNames(Site site, String name) {
    before = site;
    this.site = name == null ? site : site.withHost(name, null);
    this.name = name;
  }

  @Override
  public String apply(String logHost) {
    isAnyLines = true;
    String known = cache.get(logHost);
    if (known != null) {
      return known;
    }
    String found = name(site, name, logHost);
    if (name != null && !logHost.isEmpty() && remembered++ < REMEMBERED) {
      site = site.withHost(name, logHost);
    }
    if (cache.size() >= CACHED) {
      cache.clear();
    }
    cache.put(logHost, found);
    return found;
  }

  /**
   * The name after {@code by} of a log line's host.
   *
   * @param demanded the one of {@code --host}, or null
   */
  static String name(Site site, String demanded, String logHost) {
    if (demanded != null) {
      return demanded;
    }
    return logHost.isEmpty() && site.hosts().size() == 1
        ? site.hosts().getFirst().name()
        : site.nameOfLogHost(logHost.isEmpty() ? NAMELESS : logHost);
  }

  /**
   * What a record is to keep of a log line's host: its name where several machines may go by one
   * name after {@code by}, which all do that {@code --host} is said of; else nothing.
   */
  List<String> machine(String logHost) {
    List<String> known = machines.get(logHost);
    if (known == null) {
      boolean one = name == null && site.isOneMachine(apply(logHost));
      known = one ? List.of() : LogHosts.of(logHost);
      if (machines.size() >= CACHED) {
        machines.clear();
      }
      machines.put(logHost, known);
    }
    return known;
  }

  /** The same of a name that is made anew with each start, where several are there at once. */
  List<String> replica(String logHost) {
    boolean one = name == null && site.isOneMachine(apply(logHost));
    return one ? List.of() : List.of(logHost.toLowerCase(Locale.ROOT));
  }

  /** What is said of the logs by which the same lines say something else: files are read anew. */
  String said() {
    return said(name);
  }

  /**
   * What runs with {@code --host} may have said of a log of which this one, without, says the same:
   * by the names that the site has, the first ones.
   */
  Map<String, String> saidBefore() {
    Map<String, String> before = new LinkedHashMap<>();
    if (name == null) {
      site.hosts().stream()
          .limit(REMEMBERED)
          .forEach(host -> before.put(said(host.name()), host.name()));
    }
    return before;
  }

  /**
   * What runs with another {@code --host} than this one, or without, may have said of a log: by the
   * name that they gave, which is empty where they gave none. Nothing without the option.
   */
  Map<String, String> saidByOthers() {
    Map<String, String> others = new LinkedHashMap<>();
    if (name != null) {
      others.put(said(null), "");
      site.hosts().stream()
          .limit(REMEMBERED)
          .filter(host -> !host.name().equals(name))
          .forEach(host -> others.put(said(host.name()), host.name()));
    }
    return others;
  }

  private String said(String host) {
    String names = String.join(" ", site.syslogNames());
    return host + (names.isEmpty() ? "" : '\n' + names) + (site.loginsHaveNoColon() ? "\n:" : "");
  }

  /** The site, with what was given and learnt. */
  Site site() {
    return site;
  }

  /** There is a log that was read as said before. */
  void confirm() {
    isAnyLines = true;
  }

  /**
   * What of it may be kept: nothing new while there is no line of that name, which may be a slip of
   * the pen.
   */
  Site learnt() {
    return isAnyLines ? site : before;
  }
}
