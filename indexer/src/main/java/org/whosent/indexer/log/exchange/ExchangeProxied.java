package org.whosent.indexer.log.exchange;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.SubmissionRecord;

/**
 * The client of a session that another server of the operator's hands on: {@code XPROXY SID=…
 * IP=192.0.2.1 PORT=50100 DOMAIN=pc …}, {@code XPROXYFROM} alike ({@code XPROXYTO} tells none). The
 * HELO name stands behind the address and holds no blank. Immutable.
 *
 * @param client null where the command has none
 */
record ExchangeProxied(String client, Integer port, String helo) {
  private static final Pattern CLIENT =
      Pattern.compile(
          "[A-Za-z]{6,10} SID=[0-9A-Fa-f]{1,32} IP=([0-9A-Fa-f.:%]{2,60}) PORT=([0-9]{1,5})"
              + "(?: DOMAIN=(\\S{1,512}))?(?: .*)?",
          Pattern.DOTALL);

  static boolean isCommand(String data) {
    return data.regionMatches(true, 0, "XPROXY", 0, "XPROXY".length());
  }

  static ExchangeProxied of(String command) {
    Matcher matcher = CLIENT.matcher(command);
    return matcher.matches()
        ? new ExchangeProxied(
            StampedReader.client(matcher.group(1)),
            StampedReader.port(matcher.group(2)),
            matcher.group(3))
        : new ExchangeProxied(null, null, null);
  }

  void tell(SubmissionRecord.Builder facts) {
    facts.client = client;
    facts.clientPort = client == null ? null : port;
    facts.helo = helo;
  }
}
