package org.whosent.record.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;
import org.whosent.record.LogHosts;
import org.whosent.record.dkim.DkimKey;
import org.whosent.record.settings.Problems;
import org.whosent.record.settings.Settings;
import org.whosent.record.settings.SettingsException;

/**
 * What {@code site.yaml} in the data directory says. Immutable. Host names compare without regard
 * to case.
 *
 * @param hosts our servers' names as they stand after {@code by}, with the hosts their logs name
 * @param outgoing addresses and names from which our mail leaves, besides the hosts themselves
 * @param relays our own relays and content filters between a server and the outside
 * @param syslogNames Postfix's {@code syslog_name} where a log shows it without the daemon's name
 * @param abuse the addresses to which complaints are sent: mail to them is no candidate
 * @param retention how long records are kept
 * @param dkim whose DKIM signatures are ours, and the keys, past ones too
 * @param loginsHaveNoColon nobody can log in under a name that holds a colon, so that what Exim
 *     logs behind one is not the login
 * @param privacy who may look, masks, and how long looks are remembered
 */
public record Site(
    List<Host> hosts,
    List<String> outgoing,
    List<String> relays,
    List<String> syslogNames,
    List<String> abuse,
    Duration retention,
    Dkim dkim,
    boolean loginsHaveNoColon,
    Privacy privacy) {
  /** The file's name in the data directory. */
  public static final String FILE = "site.yaml";

  /** Not of digits and dots alone: that is meant as an address. */
  private static final Pattern NAME = Pattern.compile("(?![0-9.]+$)[\\p{L}\\p{M}\\p{N}._-]+");

  /** RFC 5424, section 6.2.5, without what would end it in other headers. */
  private static final Pattern SYSLOG_NAME = Pattern.compile("[!-~&&[^/:\\[\\]]]{1,48}");

  /** Kept this long where nothing is said. */
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(30);

  /**
   * One of our servers.
   *
   * @param name after {@code by} in its Received fields
   * @param logs the host names in its log lines, where they differ
   * @param zone of its stamps that name none; null: as {@code --timezone} or the machine has it
   */
  public record Host(String name, List<String> logs, ZoneId zone) {
    public Host {
      logs = List.copyOf(logs);
    }

    /** A server of whose zone nothing is said. */
    public Host(String name, List<String> logs) {
      this(name, logs, null);
    }
  }

  /**
   * Whose signatures are ours.
   *
   * @param domains of {@code d=}, lower case, each once
   * @param keys of some of them
   * @param dns those whose keys may be asked for in the DNS
   */
  public record Dkim(List<String> domains, List<DkimKey> keys, List<String> dns) {
    static final Dkim NONE = new Dkim(List.of(), List.of(), List.of());

    public Dkim {
      domains = List.copyOf(domains);
      keys = List.copyOf(keys);
      dns = List.copyOf(dns);
    }

    /** Domains without a key, of which the DNS may not be asked: an entry that does nothing. */
    public List<String> withoutKey() {
      return domains.stream()
          .filter(
              domain ->
                  !dns.contains(domain)
                      && keys.stream().noneMatch(key -> key.domain().equals(domain)))
          .toList();
    }

    static Dkim read(Settings settings) {
      Set<String> domains = new LinkedHashSet<>();
      List<DkimKey> keys = new ArrayList<>();
      Set<String> dns = new LinkedHashSet<>();
      for (Settings entry : settings.mappings("dkim")) {
        String domain = entry.requiredText("domain");
        if (domain != null) {
          domains.add(domain.toLowerCase(Locale.ROOT));
        }
        if (entry.flag("dns", false) && domain != null) {
          dns.add(domain.toLowerCase(Locale.ROOT));
        }
        if (entry.has("selector") || entry.has("key")) {
          String selector = entry.requiredText("selector");
          String key = entry.requiredText("key");
          if (domain != null && selector != null && key != null) {
            try {
              keys.add(DkimKey.parse(domain, selector, key));
            } catch (IllegalArgumentException e) {
              entry.problem("key", e.getMessage());
            }
          }
        }
        entry.finish();
      }
      return new Dkim(List.copyOf(domains), keys, List.copyOf(dns));
    }
  }

  public Site {
    hosts = List.copyOf(hosts);
    outgoing = List.copyOf(outgoing);
    relays = List.copyOf(relays);
    syslogNames = List.copyOf(syslogNames);
    abuse = List.copyOf(abuse);
  }

  /** A site of which nothing is known. */
  public static final Site UNKNOWN =
      new Site(
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          DEFAULT_RETENTION,
          Dkim.NONE,
          false,
          Privacy.DEFAULT);

  /**
   * Reads {@code site.yaml}; {@link #UNKNOWN} where there is none.
   *
   * @throws SettingsException with all problems of the file
   */
  public static Site read(Path dataDirectory) throws SettingsException {
    Path file = dataDirectory.resolve(FILE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return UNKNOWN; // but a link that leads nowhere says that something should be there
    }
    Problems problems = new Problems();
    Settings settings = Settings.read(file, problems);
    List<Host> hosts = new ArrayList<>();
    for (Settings entry : settings.mappings("hosts")) {
      hosts.add(new Host(entry.requiredText("name"), entry.texts("logs"), zone(entry, "timezone")));
      entry.finish();
    }
    Duration retention = Privacy.retention(settings);
    Site site =
        new Site(
            hosts,
            places(settings, "outgoing"),
            places(settings, "relays"),
            syslogNames(settings),
            abuse(settings),
            retention,
            Dkim.read(settings),
            settings.flag("loginsHaveNoColon", false),
            Privacy.read(settings, retention));
    settings.finish();
    problems.throwIfAny();
    return site;
  }

  /** Addresses and names. A network would match nothing, and mail that is ours be a stranger's. */
  private static List<String> places(Settings settings, String key) {
    List<String> places = settings.texts(key);
    for (String place : places) {
      if (place.indexOf('/') >= 0) {
        settings.problem(
            key, "'" + place + "' is a network; list its addresses or names one by one");
      } else if (Addresses.parse(place).isEmpty() && !NAME.matcher(place).matches()) {
        settings.problem(key, "'" + place + "' is neither an address nor a name");
      }
    }
    return places;
  }

  /** Names of one part: with a daemon's behind it a tag needs no word. */
  private static List<String> syslogNames(Settings settings) {
    List<String> names = settings.texts("syslogNames");
    for (String name : names) {
      if (!SYSLOG_NAME.matcher(name).matches()) {
        settings.problem(
            "syslogNames",
            "'" + name + "' is no syslog_name as a log shows it alone, such as mx-out");
      }
    }
    return names;
  }

  private static List<String> abuse(Settings settings) {
    List<String> addresses = settings.texts("abuse");
    for (String address : addresses) {
      if (address.indexOf('@') < 1) {
        settings.problem("abuse", "'" + address + "' is no mail address");
      }
    }
    return addresses;
  }

  private static ZoneId zone(Settings settings, String key) {
    String zone = settings.text(key, null);
    try {
      return zone == null ? null : ZoneId.of(zone);
    } catch (DateTimeException e) {
      settings.problem(key, "'" + zone + "' is no zone such as Europe/Berlin or +02:00");
      return null;
    }
  }

  /** The name after {@code by} of the server whose log lines carry this host name. */
  public String nameOfLogHost(String logHost) {
    for (Host host : hosts) {
      if (host.name.equalsIgnoreCase(logHost)
          || host.logs.stream().anyMatch(logHost::equalsIgnoreCase)) {
        return host.name;
      }
    }
    return logHost;
  }

  /** True when but one machine goes by this name in {@code by}, for all that is said here. */
  public boolean isOneMachine(String byName) {
    for (Host host : hosts) {
      if (host.name.equalsIgnoreCase(byName)) {
        String name = host.name.toLowerCase(Locale.ROOT);
        return host.logs.stream()
            .allMatch(log -> LogHosts.isOne(name, log.toLowerCase(Locale.ROOT)));
      }
    }
    return true;
  }

  /** True when a server of ours goes by this name in {@code by}. */
  public boolean isOurs(String byName) {
    return hosts.stream().anyMatch(host -> host.name.equalsIgnoreCase(byName));
  }

  /** This site with one more server, or one more log host of a server that it knows. */
  public Site withHost(String name, String logHost) {
    List<Host> changed = new ArrayList<>();
    boolean found = false;
    for (Host host : hosts) {
      if (host.name.equalsIgnoreCase(name)) {
        found = true;
        Set<String> logs = new LinkedHashSet<>(host.logs);
        boolean known =
            logHost == null
                || logHost.equalsIgnoreCase(name)
                || logs.stream().anyMatch(logHost::equalsIgnoreCase);
        if (!known) {
          logs.add(logHost.toLowerCase(Locale.ROOT));
        }
        changed.add(new Host(host.name, List.copyOf(logs), host.zone));
      } else {
        changed.add(host);
      }
    }
    if (!found) {
      changed.add(
          new Host(
              name,
              logHost == null || logHost.equalsIgnoreCase(name)
                  ? List.of()
                  : List.of(logHost.toLowerCase(Locale.ROOT))));
    }
    return new Site(
        changed, outgoing, relays, syslogNames, abuse, retention, dkim, loginsHaveNoColon, privacy);
  }

  /** This site with all servers, and hosts in their logs, that the other one knows besides. */
  public Site withHostsOf(Site other) {
    Site more = this;
    for (Host host : other.hosts) {
      more = more.withHost(host.name, null);
      for (String log : host.logs) {
        more = more.withHost(host.name, log);
      }
    }
    return more;
  }

  /**
   * Puts the servers into {@code site.yaml} and leaves every other line of it as it is, comments
   * too. The file is replaced atomically, and is on disk then.
   *
   * @throws IOException also where the file is written so that they cannot be added: it stays
   */
  public void writeHosts(Path dataDirectory) throws IOException {
    SiteHosts.write(hosts, dataDirectory);
  }
}
