package org.whosent.indexer.log.haraka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.MeasuredTable;
import org.whosent.record.Addresses;
import org.whosent.record.SubmissionRecord;

/** What is known of a connection until it ends, and of its transactions. Not thread-safe. */
final class HarakaConnection extends MeasuredTable.Session {
  private static final Pattern CONNECT =
      Pattern.compile("connect ip=([0-9A-Fa-f.:]{2,45}) port=([0-9]{1,5})(?: .*)?", Pattern.DOTALL);

  /** The last colon ends the address, also one of version 6. */
  private static final Pattern PROXIED =
      Pattern.compile(
          "HAProxy proto=TCP[46] src_ip=([0-9A-Fa-f.:]{2,45}):([0-9]{1,5}) dst_ip=\\S{1,64}");

  /** From the HELO name on: how many messages were taken, put off and refused. */
  private static final Pattern COUNTS =
      Pattern.compile(
          "(?: (?!msgs=)[a-z]{1,10}=[A-Z0-9/]{1,30})*+"
              + " msgs=([0-9]{1,9})/([0-9]{1,9})/([0-9]{1,9})(?: .*)?",
          Pattern.DOTALL);

  private static final int TRANSACTIONS = 50;
  private static final int BASE = 500;

  /** Of a transaction's name. */
  private static final int NAME = 160;

  String client;
  Integer port;

  /** The proxy in front has told it. */
  private boolean proxied;

  String tlsVersion;
  String tlsCipher;
  private final List<String> transactions = new ArrayList<>(1);

  /** Those of which the content has come; with it Haraka knows the message's size. */
  private final Set<String> sent = new HashSet<>(2);

  private int messages;

  /** Of such a line; null when it is another. */
  static HarakaConnection of(String text) {
    Matcher matcher = CONNECT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    HarakaConnection connection = new HarakaConnection();
    connection.from(matcher);
    return connection;
  }

  private void from(Matcher matcher) {
    client = Addresses.canonical(matcher.group(1));
    int number = Integer.parseInt(matcher.group(2));
    port = number > 0 && number <= 65535 ? number : null;
  }

  /**
   * Reads whose connection it is as the proxy in front says. It says so first, before anything of
   * the client's: a client can give the same command later, and Haraka believes him.
   */
  void proxied(String text) {
    Matcher matcher = PROXIED.matcher(text);
    if (!proxied && matcher.matches()) {
      from(matcher);
      proxied = true;
    }
  }

  /** The client of a transaction whose line has an address as well, which he may have made up. */
  void client(SubmissionRecord.Builder facts, String address) {
    facts.client = proxied ? client : Addresses.canonical(address);
    facts.clientPort = facts.client.equals(client) ? port : null;
  }

  /** Takes note of a transaction; false when it is known, or one too many. */
  boolean begins(String transaction) {
    return !transactions.contains(transaction)
        && transactions.size() < TRANSACTIONS
        && transactions.add(transaction);
  }

  /** The content of a transaction has come, whatever became of it. */
  void sent(String transaction) {
    messages++;
    if (transactions.contains(transaction)) {
      sent.add(transaction);
    }
  }

  /** The connection's end is to say nothing of that one. */
  void forget(String transaction) {
    transactions.remove(transaction);
  }

  /** Those that the connection's end is about. */
  List<String> transactions() {
    return transactions;
  }

  /**
   * True when a transaction was given up (RSET, or the client went away): no content has come, and
   * with the connection its transaction is gone. Where a line that tells of content was lost, the
   * connection's own count is larger.
   *
   * @param counts what stands behind the HELO name where the connection's end is logged
   */
  boolean gaveUp(String transaction, String counts) {
    Matcher matcher = COUNTS.matcher(counts);
    if (sent.contains(transaction) || !matcher.matches()) {
      return false;
    }
    long counted = 0;
    for (int i = 1; i <= 3; i++) {
      counted += Long.parseLong(matcher.group(i));
    }
    return counted <= messages;
  }

  void tls(SubmissionRecord.Builder facts) {
    facts.tlsVersion = tlsVersion;
    facts.tlsCipher = tlsCipher;
  }

  @Override
  protected long bytes() {
    return BASE + (long) NAME * (transactions.size() + sent.size());
  }
}
