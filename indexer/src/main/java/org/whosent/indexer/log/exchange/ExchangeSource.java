package org.whosent.indexer.log.exchange;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/**
 * Microsoft Exchange Server's message tracking logs ({@code MSGTRK*.LOG}, 2007 and later), and its
 * SMTP receive protocol logs ({@code RECV*.LOG}), the only ones that name the account of a client
 * that submits by SMTP. CSV in UTF-8, with or without a byte order mark. Also what {@code
 * Get-MessageTrackingLog | Export-Csv} makes of the former. Stateless, thread-safe.
 */
public final class ExchangeSource implements LogSource {

  @Override
  public String name() {
    return "exchange";
  }

  @Override
  public boolean recognises(String text) {
    return text.startsWith("#")
        ? ExchangeColumns.ofHeader(text) != null
        : ExchangeColumns.ofExport(text) != null
            || ExchangeColumns.ofRow(CsvLine.cells(text)) != null;
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new ExchangeReader(settings);
  }
}
