package org.whosent.indexer.log.reader;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;

/**
 * Whose sessions of Dovecot's were a master user's, who logged in as another account ({@link
 * DovecotMasterLogin}). Bounded: of too many the one heard of longest ago is forgotten. Not
 * thread-safe.
 */
public final class DovecotMasters {
  /** From the master's password to the line that says that the account has logged in. */
  private static final Duration LONGEST_LOGIN = Duration.ofSeconds(10);

  private record Session(Instant heard, DovecotMasterLogin login) {}

  private static final String ANY_CLIENT = "any";

  /** What a program writes for a byte that it does not print, and Dovecot's escape behind it. */
  private static final Pattern UNPRINTED =
      Pattern.compile("(?:#(?:0[0-3][0-7]|177)|[^ ->@-~])[01nrt]*");

  /** Of a name, which a login's line may have cut behind it ({@link DovecotSubmission}). */
  private static final int COMPARED = DovecotSubmission.PERHAPS_CUT;

  private final SessionTable<String, Session> bySession;

  /**
   * Where the line may be of a session of Dovecot's own and does not tell which, as before 2.4:
   * when one last logged in as each account.
   */
  private final SessionTable<String, Instant> byAccount;

  /** The same of each account and client, since several may log in as one account at a time. */
  private final SessionTable<String, Instant> byClient;

  private final DovecotProxied proxied;
  private boolean news;

  DovecotMasters(Forgotten forgotten) {
    bySession = new SessionTable<>(SessionTable.MANY, forgotten, Session::heard);
    byAccount = new SessionTable<>(SessionTable.MANY, forgotten, heard -> heard);
    byClient = new SessionTable<>(SessionTable.MANY, forgotten, heard -> heard);
    proxied = new DovecotProxied(forgotten);
  }

  /** Reads what {@code auth} says. */
  LineKind read(Instant time, String host, String message, FactSink sink) {
    DovecotMasterLogin login = DovecotMasterLogin.of(message);
    if (login == null) {
      return LineKind.FOREIGN; // what a stranger typed
    }
    if (login.session() == null) {
      news = true;
      String client = login.address() == null ? ANY_CLIENT : login.address();
      String account = comparable(login.account());
      if (login.address() == null) {
        byAccount.put(host + ' ' + account, time);
      }
      byClient.put(host + ' ' + account + ' ' + client, time);
      sink.lasting(host + ' ' + account + ' ' + client);
    } else {
      bySession.put(host + ' ' + login.session(), new Session(time, login));
      proxied.master(time, login);
    }
    return LineKind.KNOWN;
  }

  /**
   * A name as all lines have it: {@code auth} writes it whole, the login's line with the rest cut
   * off, Postfix perhaps with a mark for each byte that is not ASCII (smtputf8_enable).
   */
  private static String comparable(String account) {
    String bytes =
        new String(account.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String name = UNPRINTED.matcher(bytes).replaceAll("?").toLowerCase(Locale.ROOT);
    return name.length() <= COMPARED ? name : name.substring(0, COMPARED);
  }

  /** True where the line just read tells of a login, but not of its session. */
  public boolean haveNews() {
    boolean are = news;
    news = false;
    return are;
  }

  /** Who logged in to that session as another; null where no line says that one did. */
  DovecotMasterLogin in(String host, String session) {
    Session known = bySession.get(host + ' ' + session);
    return known == null ? null : known.login();
  }

  /** What a proxy and the server behind it say, whatever their hosts are called. */
  DovecotProxied proxied() {
    return proxied;
  }

  /** True where it may have been one who logged in as that account at that time. */
  boolean maybe(String host, String account, Instant loggedIn) {
    Instant heard = byAccount.isEmpty() ? null : byAccount.get(host + ' ' + comparable(account));
    return heard != null
        && !loggedIn.isBefore(heard.minus(SetBackClock.DISORDER))
        && !loggedIn.isAfter(heard.plus(LONGEST_LOGIN));
  }

  /** True where one logged in as that account, in whichever session. */
  boolean maybe(String host, String account) {
    return !byAccount.isEmpty() && byAccount.get(host + ' ' + comparable(account)) != null;
  }

  /**
   * The same of a server that asks Dovecot for its clients' passwords.
   *
   * @param begun when the client came; null where that is not known
   */
  public boolean maybe(String host, String account, String client, Instant begun) {
    if (byClient.isEmpty()) {
      return false;
    }
    String start = host + ' ' + comparable(account) + ' ';
    return maybeSince(begun, start + client) || maybeSince(begun, start + ANY_CLIENT);
  }

  private boolean maybeSince(Instant begun, String accountAndClient) {
    Instant heard = byClient.get(accountAndClient);
    return heard != null && (begun == null || !begun.isAfter(heard));
  }
}
