package org.whosent.msa;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.msa.auth.StoreSettings;
import org.whosent.msa.auth.dovecot.DovecotSettings;
import org.whosent.msa.auth.ldap.LdapSettings;
import org.whosent.record.Addresses;
import org.whosent.record.settings.Settings;

/**
 * The user stores that the key {@code userStore} may name. Stateless.
 *
 * <p>To add one: a {@link StoreSettings} that opens it, and a row here that reads it.
 */
enum UserStores {
  /** The user file alone. */
  FILE(settings -> null),
  /** {@code dovecot:SOCKET}. */
  DOVECOT(UserStores::dovecot),
  /** {@code ldap}, and the key {@code ldap}. */
  LDAP(settings -> ldap(settings.mapping("ldap")));

  private static final Pattern URL =
      Pattern.compile(
          "(ldaps?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?/?",
          Pattern.CASE_INSENSITIVE);

  private final Function<Settings, StoreSettings> reader;

  UserStores(Function<Settings, StoreSettings> reader) {
    this.reader = reader;
  }

  /** What the configuration says; null for the user file alone. */
  static StoreSettings of(Settings settings) {
    String text = settings.text("userStore", "file").strip();
    String kind = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
    StoreSettings store = null;
    boolean known = false;
    for (UserStores row : values()) {
      if (row.name().equals(kind.toUpperCase(Locale.ROOT))
          && (row == DOVECOT) == text.contains(":")) {
        known = true;
        store = row.reader.apply(settings);
      }
    }
    if (!known) {
      settings.problem("userStore", "expected file, ldap or dovecot:SOCKET, found '" + text + "'");
    }
    if (settings.has("ldap") && !(store instanceof LdapSettings)) {
      settings.mapping("ldap");
      settings.problem("ldap", "goes with 'userStore: ldap'");
    }
    return store;
  }

  private static StoreSettings dovecot(Settings settings) {
    String path = settings.text("userStore", "").strip().substring("dovecot:".length());
    if (!path.startsWith("/")) {
      settings.problem("userStore", "dovecot: needs the socket's absolute path");
      return null;
    }
    return new DovecotSettings(Path.of(path));
  }

  private static StoreSettings ldap(Settings ldap) {
    boolean startTls = ldap.flag("startTls", true);
    List<LdapSettings.Server> servers = servers(ldap, startTls);
    String filter = ldap.requiredText("filter").strip();
    if (!filter.isEmpty() && !filter.contains(LdapSettings.PLACE)) {
      ldap.problem("filter", "needs {user} where the name goes, e.g. (mail={user})");
    }
    String bindDn = ldap.text("bindDn", "").strip();
    Path password = ldap.path("bindPasswordFile", null);
    if (bindDn.isEmpty() != (password == null)) {
      ldap.problem("bindDn", "needs 'bindPasswordFile', and the other way round");
    }
    LdapSettings settings =
        new LdapSettings(
            servers,
            startTls && servers.stream().noneMatch(LdapSettings.Server::tls),
            ldap.path("trust", null),
            ldap.requiredText("base").strip(),
            filter,
            ldap.requiredText("userAttribute").strip(),
            bindDn.isEmpty() ? null : bindDn,
            password);
    ldap.finish();
    return settings;
  }

  private static List<LdapSettings.Server> servers(Settings ldap, boolean startTls) {
    List<LdapSettings.Server> servers = new ArrayList<>();
    for (String text : ldap.texts("url")) {
      Matcher m = URL.matcher(text.strip());
      if (!m.matches()) {
        ldap.problem(
            "url", "expected ldaps://HOST[:PORT] or ldap://HOST[:PORT], found '" + text + "'");
        continue;
      }
      boolean tls = m.group(1).equalsIgnoreCase("ldaps");
      String host = m.group(2).replaceAll("[\\[\\]]", "");
      boolean here = host.equals("localhost") || Addresses.isLoopback(host);
      if (!tls && !startTls && !here) {
        ldap.problem("startTls", "passwords would go to " + host + " in clear");
      }
      int port = Optional.ofNullable(m.group(3)).map(Integer::parseInt).orElse(tls ? 636 : 389);
      if (port < 1 || port > 65535) {
        ldap.problem("url", "port out of range in '" + text + "'");
      }
      servers.add(new LdapSettings.Server(host, Math.clamp(port, 1, 65535), tls));
    }
    if (servers.isEmpty() && !ldap.has("url")) {
      ldap.requiredText("url");
    }
    if (servers.stream().map(LdapSettings.Server::tls).distinct().count() > 1) {
      ldap.problem("url", "all ldaps or all ldap");
    }
    return servers;
  }
}
