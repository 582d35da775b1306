package org.whosent.indexer.ingest;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.whosent.record.site.Site;

/**
 * In which zone a log line's host is, for stamps that name none: what {@code --timezone HOST=ZONE}
 * says of the name in the line, or of the server's name after {@code by}; then what the site says
 * of the server; then the zone of all others. Bounded: lines name hosts. Not thread-safe.
 */
final class HostZones implements Function<String, ZoneId> {
  private static final int CACHED = 10_000;

  private final IngestOptions options;
  private final Site site;
  private final Map<String, ZoneId> cache = new HashMap<>();

  private HostZones(IngestOptions options, Site site) {
    this.options = options;
    this.site = site;
  }

  /** Null where all hosts are in one zone. */
  static HostZones of(IngestOptions options, Site site) {
    boolean one =
        options.zones().isEmpty()
            && site.hosts().stream().map(Site.Host::zone).allMatch(Objects::isNull);
    return one ? null : new HostZones(options, site);
  }

  @Override
  public ZoneId apply(String logHost) {
    ZoneId known = cache.get(logHost);
    if (known == null) {
      if (cache.size() >= CACHED) {
        cache.clear();
      }
      known = find(logHost);
      cache.put(logHost, known);
    }
    return known;
  }

  private ZoneId find(String logHost) {
    ZoneId ofLine = options.zones().get(logHost.toLowerCase(Locale.ROOT));
    if (ofLine != null) {
      return ofLine;
    }
    String name = HostNames.name(site, options.host(), logHost);
    ZoneId said = options.zones().get(name.toLowerCase(Locale.ROOT));
    if (said != null) {
      return said;
    }
    for (Site.Host host : site.hosts()) {
      if (host.name().equalsIgnoreCase(name)) {
        return host.zone() == null ? options.zone() : host.zone();
      }
    }
    return options.zone();
  }
}
