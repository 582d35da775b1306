package org.whosent.query.autoconfig;

import java.util.ArrayList;
import java.util.List;
import org.whosent.query.autoconfig.MailSettings.Protocol;
import org.whosent.query.autoconfig.MailSettings.Server;

/**
 * The SRV records of RFC 6186 and RFC 8314 section 5.1, as lines of a zone file. Every name in them
 * has been checked to be a domain. Stateless.
 */
public final class ZoneRecords {
  private static final int TTL_SECONDS = 3600;

  private ZoneRecords() {}

  /** One line each; a service that is not there is denied with the target "." (RFC 2782). */
  public static List<String> lines(MailSettings settings) {
    List<String> lines = new ArrayList<>();
    lines.add("; RFC 6186, RFC 8314: where users of " + settings.domain() + " hand in their mail");
    settings.submission().forEach(server -> lines.add(srv(settings.domain(), server)));
    if (!settings.incoming().isEmpty()) {
      lines.add("; and where they read it");
      settings.incoming().forEach(server -> lines.add(srv(settings.domain(), server)));
      lines.add(none(settings.domain(), "_imap._tcp"));
      lines.add(none(settings.domain(), "_pop3._tcp"));
    }
    return lines;
  }

  private static String srv(String domain, Server server) {
    if (server.port() == 0) {
      return none(domain, server.protocol().service());
    }
    // RFC 8314 section 5.1 leaves the choice among services to the client; a lower priority says
    // which one we would rather have.
    int priority = server.protocol() == Protocol.SUBMISSION ? 10 : 0;
    return "%s.%s. %d IN SRV %d 1 %d %s."
        .formatted(
            server.protocol().service(),
            domain,
            TTL_SECONDS,
            priority,
            server.port(),
            server.host());
  }

  private static String none(String domain, String service) {
    return "%s.%s. %d IN SRV 0 0 0 .".formatted(service, domain, TTL_SECONDS);
  }
}
