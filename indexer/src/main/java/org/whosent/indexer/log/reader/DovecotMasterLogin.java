package org.whosent.indexer.log.reader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.TornText;
import org.whosent.record.Addresses;

/**
 * What Dovecot's {@code auth} says, with {@code auth_verbose}, when a master user's password was
 * right. The lines about the session itself name the account that he chose alone, as if it had
 * logged in.
 *
 * <table>
 * <caption>As its versions write it</caption>
 * <tr><td>2.4</td><td>{@code auth(MASTER,ADDRESS,sasl:plain,master)<SESSION>: Master user logging
 * in as ACCOUNT}</td></tr>
 * <tr><td>2.3</td><td>{@code auth: Master user logging in as ACCOUNT}</td></tr>
 * <tr><td>2.2</td><td>{@code auth: PASSDB(MASTER,ADDRESS,master,<SESSION>): Master user logging in
 * as ACCOUNT}</td></tr>
 * </table>
 *
 * <p>Postfix and Exim give Dovecot no session, which its lines then lack. A name that a stranger
 * types stands in the same prefix when it fails, and may read like this whole line; then the end of
 * the real prefix, and what failed, stand behind it and would be part of the account's name. So no
 * account is believed in which a prefix could end, but in 2.3's lines, which have none.
 *
 * @param session null where the line does not tell it
 * @param master null where the line does not tell him, or his name may have been cut, as Dovecot
 *     does behind 64 bytes
 * @param address the client's; null where the line does not tell it
 * @param account as whom he logs in
 */
record DovecotMasterLogin(String session, String master, String address, String account) {
  private static final String AUTH = "auth";
  private static final String WORDS = ": Master user logging in as ";
  private static final byte[] AUTH_BYTES = LineBytes.word(AUTH);
  private static final byte[] WORDS_BYTES = LineBytes.word(WORDS);

  private static final String WHO = "(?<master>.{1,256}),(?<address>[0-9A-Fa-f.:]{2,45})";
  private static final String SESSION = "<(?<session>[A-Za-z0-9+/]{1,64})>";
  private static final String ACCOUNT = WORDS + "(?<account>.{1,1024})";
  private static final Pattern SINCE_2_4 =
      Pattern.compile(
          "auth\\(" + WHO + ",sasl:[a-z0-9_-]{1,30},master\\)(?:" + SESSION + ")?" + ACCOUNT,
          Pattern.DOTALL);
  private static final Pattern BEFORE_2_3 =
      Pattern.compile(
          "auth: [A-Za-z0-9._-]{1,64}\\(" + WHO + ",master(?:," + SESSION + ")?\\)" + ACCOUNT,
          Pattern.DOTALL);
  private static final Pattern PREFIX_END = Pattern.compile("[>)]: ");
  private static final String CUT = "...";

  /** True for a line that begins so and has these words. */
  static boolean isOne(LineBytes line, int start) {
    return line.startsWith(AUTH_BYTES, start) && line.indexOf(WORDS_BYTES, start) >= 0;
  }

  /** The same of a text. */
  static boolean isOne(String message) {
    return message.startsWith(AUTH) && message.contains(WORDS);
  }

  /** The line without syslog header; null where it is no such line, or may be read in two ways. */
  static DovecotMasterLogin of(String message) {
    if (message.startsWith(AUTH + WORDS)) {
      String account = message.substring(AUTH.length() + WORDS.length());
      return !account.isEmpty() && !TornText.isIn(account)
          ? new DovecotMasterLogin(null, null, null, account)
          : null;
    }
    Matcher matcher = SINCE_2_4.matcher(message);
    if (!matcher.matches()) {
      matcher = BEFORE_2_3.matcher(message);
    }
    if (!matcher.matches() || !isName(matcher.group("account"))) {
      return null;
    }
    String master = matcher.group("master");
    return isName(master)
        ? new DovecotMasterLogin(
            matcher.group("session"),
            master.endsWith(CUT) ? null : master,
            Addresses.canonical(matcher.group("address")),
            matcher.group("account"))
        : null;
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && !PREFIX_END.matcher(text).find() && !TornText.isIn(text);
  }
}
