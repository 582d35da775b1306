package org.whosent.indexer.log.exim;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a message came in, by Exim's names for it. Stateless. */
final class EximProtocol {
  /** RFC 3848's keywords and RFC 6531's, by Exim's names; what it calls {@code local…} has none. */
  private static final Map<String, String> KEYWORDS = protocols();

  private EximProtocol() {}

  /** The keyword, or null. */
  static String of(String protocol) {
    return KEYWORDS.get(protocol);
  }

  private static Map<String, String> protocols() {
    Map<String, String> protocols = new HashMap<>();
    for (String session : List.of("", "s", "a", "sa")) {
      String suffix = session.toUpperCase(Locale.ROOT);
      protocols.put("smtp" + session, "SMTP" + suffix);
      protocols.put("esmtp" + session, "ESMTP" + suffix);
      protocols.put("utf8smtp" + session, "UTF8SMTP" + suffix);
      protocols.put("utf8esmtp" + session, "UTF8SMTP" + suffix);
    }
    for (String session : List.of("", "a")) { // TLS from the start, with +tls_on_connect
      String suffix = "S" + session.toUpperCase(Locale.ROOT);
      protocols.put("ssmtp" + session, "SMTP" + suffix);
      protocols.put("essmtp" + session, "ESMTP" + suffix);
      protocols.put("utf8ssmtp" + session, "UTF8SMTP" + suffix);
      protocols.put("utf8essmtp" + session, "UTF8SMTP" + suffix);
    }
    return Map.copyOf(protocols);
  }

  /** The service that a port is for; null for a port of the site's own. */
  static String service(Integer port) {
    return switch (port) {
      case null -> null;
      case 25 -> "smtp";
      case 465 -> "submissions";
      case 587 -> "submission";
      default -> null;
    };
  }
}
