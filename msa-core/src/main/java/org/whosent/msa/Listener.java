package org.whosent.msa;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.whosent.record.Addresses;
import org.whosent.record.settings.Settings;

/** A port to listen on; port 0 takes a free one. */
public record Listener(Service service, InetAddress address, int port) {
  /** What stands behind a port. */
  public enum Service {
    /** Port 587: STARTTLS (RFC 6409). */
    SUBMISSION,
    /** Port 465: TLS from the first octet (RFC 8314). */
    SUBMISSIONS,
    /**
     * Port 25: as submission; with {@code unauthenticated: local}, mail for local recipients from
     * anybody too.
     */
    SMTP;

    /** The word in the configuration and in records. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The list {@code listeners}; what is wrong with it is told to the settings. */
  static List<Listener> of(Settings settings) {
    if (!settings.has("listeners")) {
      // RFC 5068 section 3.2: 587 by default; RFC 8314 section 3.3 puts 465 beside it.
      InetAddress any = new InetSocketAddress(0).getAddress();
      return List.of(
          new Listener(Service.SUBMISSION, any, 587), new Listener(Service.SUBMISSIONS, any, 465));
    }
    List<Listener> listeners = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Settings entry : settings.mappings("listeners")) {
      Service service =
          MsaConfiguration.choice(entry, "service", Service.SUBMISSION, Service.class);
      if (!entry.has("service")) {
        entry.requiredText("service");
      }
      String text = entry.text("address", "127.0.0.1").strip();
      InetAddress address = address(entry, text);
      int port = (int) entry.number("port", -1, 0, 65535);
      if (!entry.has("port")) {
        entry.requiredText("port");
      }
      if (port > 0 && !seen.add(text + " " + port)) {
        entry.problem("port", "another listener has " + text + " port " + port + " already");
      }
      entry.finish();
      listeners.add(new Listener(service, address, Math.max(0, port)));
    }
    if (listeners.isEmpty()) {
      settings.problem(
          "listeners", "at least one is needed, e.g. {service: submission, port: 587}");
    }
    return listeners;
  }

  private static InetAddress address(Settings entry, String text) {
    Optional<InetAddress> literal = Addresses.parse(text);
    if (literal.isPresent()) {
      return literal.get();
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      entry.problem("address", "no such address: '" + text + "'");
      return InetAddress.getLoopbackAddress();
    }
  }
}
