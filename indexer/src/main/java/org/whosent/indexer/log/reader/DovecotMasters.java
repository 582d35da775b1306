package org.whosent.indexer.log.reader;

import java.time.Duration;
import java.time.Instant;
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

  private record Account(Instant heard, String address) {}

  private final SessionTable<String, Session> bySession;

  /** Where the line does not tell the session: the last one of each account. */
  private final SessionTable<String, Account> byAccount;

  private boolean news;

  DovecotMasters(Forgotten forgotten) {
    bySession = new SessionTable<>(SessionTable.MANY, forgotten, Session::heard);
    byAccount = new SessionTable<>(SessionTable.MANY, forgotten, Account::heard);
  }

  /** Reads what {@code auth} says. */
  LineKind read(Instant time, String host, String message) {
    DovecotMasterLogin login = DovecotMasterLogin.of(message);
    if (login == null) {
      return LineKind.FOREIGN; // what a stranger typed
    }
    if (login.session() == null) {
      news = true;
      byAccount.put(host + ' ' + login.account(), new Account(time, login.address()));
    } else {
      bySession.put(host + ' ' + login.session(), new Session(time, login));
    }
    return LineKind.KNOWN;
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

  /** True where it may have been one who logged in as that account at that time. */
  boolean maybe(String host, String account, Instant loggedIn) {
    Account known = of(host, account);
    return known != null
        && !loggedIn.isBefore(known.heard().minus(SetBackClock.DISORDER))
        && !loggedIn.isAfter(known.heard().plus(LONGEST_LOGIN));
  }

  /** True where one logged in as that account, in whichever session. */
  boolean maybe(String host, String account) {
    return of(host, account) != null;
  }

  /**
   * The same of a server that asks Dovecot for its clients' passwords.
   *
   * @param begun when the client came; null where that is not known
   */
  public boolean maybe(String host, String account, String client, Instant begun) {
    Account known = of(host, account);
    return known != null
        && (known.address() == null || known.address().equals(client))
        && (begun == null || !begun.isAfter(known.heard()));
  }

  private Account of(String host, String account) {
    return byAccount.isEmpty() ? null : byAccount.get(host + ' ' + account);
  }
}
