package org.whosent.msa;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.settings.Settings;

/** Where mail is handed on to. */
public sealed interface HopAddress {
  /** An SMTP server; {@code tls} from the first octet for {@code smtps://}. */
  record Smtp(String host, int port, boolean tls) implements HopAddress {
    private static final Pattern URL =
        Pattern.compile(
            "(smtps?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?/?",
            Pattern.CASE_INSENSITIVE);
  }

  /** A directory with tmp, new and cur. */
  record Maildir(Path directory) implements HopAddress {}

  /**
   * The value or list {@code nextHop}, for fail-over in this order; what is wrong with it is told
   * to the settings.
   *
   * @param base from where the path of a Maildir is taken
   * @param data has the Maildir where nothing is said
   */
  static List<HopAddress> of(Settings settings, Path base, Path data) {
    List<HopAddress> hops = new ArrayList<>();
    List<String> texts = settings.texts("nextHop");
    for (String text : texts) {
      Matcher smtp = Smtp.URL.matcher(text.strip());
      if (text.startsWith("maildir:") && text.length() > 8) {
        hops.add(new Maildir(base.resolve(text.substring(8)).normalize()));
      } else if (smtp.matches()) {
        boolean tls = smtp.group(1).equalsIgnoreCase("smtps");
        String host = smtp.group(2);
        int port = smtp.group(3) == null ? tls ? 465 : 25 : Integer.parseInt(smtp.group(3));
        if (port < 1 || port > 65535) {
          settings.problem("nextHop", "port out of range in '" + text + "'");
        } else {
          hops.add(
              new Smtp(
                  host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, tls));
        }
      } else {
        settings.problem(
            "nextHop",
            "expected smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR, found '"
                + text
                + "'");
      }
    }
    if (texts.size() > 16) {
      settings.problem("nextHop", "more than 16 next hops");
    }
    if (hops.size() > 1 && hops.stream().anyMatch(Maildir.class::isInstance)) {
      settings.problem("nextHop", "a maildir stands alone: it needs no fail-over and gives none");
    }
    if (texts.isEmpty()) {
      hops.add(new Maildir(data.resolve("maildir")));
    }
    return hops;
  }
}
