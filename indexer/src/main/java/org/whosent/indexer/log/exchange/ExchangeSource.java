package org.whosent.indexer.log.exchange;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.ForwardedLine;

/**
 * Microsoft Exchange Server's message tracking logs ({@code MSGTRK*.LOG}, 2007 and later), and its
 * SMTP receive protocol logs ({@code RECV*.LOG}), the only ones that name the account of a client
 * that submits by SMTP. CSV in UTF-8, with or without a byte order mark. Also what {@code
 * Get-MessageTrackingLog | Export-Csv} makes of the former, and the lines of both behind the
 * headers of who forwarded them ({@link ForwardedLine}): of a file those under one tag, which must
 * be the only one among its first rows. Immutable.
 *
 * @param tag under which forwarded lines count; empty: lines are as Exchange wrote them
 */
public record ExchangeSource(String tag) implements LogSource {
  private static final String SEVERAL_TAGS =
      "its rows of Exchange's stand under several tags, any of which may log what a stranger sent"
          + " it; split it by tag";

  /** Lines as Exchange wrote them, or of a file that is not known yet. */
  public ExchangeSource() {
    this("");
  }

  @Override
  public String name() {
    return "exchange";
  }

  @Override
  public boolean recognises(String text) {
    if (text.startsWith("#")) {
      return ExchangeColumns.ofHeader(text) != null;
    }
    if (ExchangeColumns.ofExport(text) != null
        || ExchangeColumns.ofRow(CsvLine.cells(text)) != null) {
      return true;
    }
    ForwardedLine forwarded = ForwardedLine.of(text);
    return forwarded != null
        && (ExchangeColumns.ofHeader(forwarded.text()) != null
            || ExchangeColumns.ofRow(CsvLine.cells(forwarded.text())) != null);
  }

  @Override
  public LogSource inFile(List<String> firstLines) {
    Set<String> tags = ForwardedLine.tags(firstLines);
    return tags.isEmpty()
        ? this
        : tags.size() == 1 ? new ExchangeSource(tags.iterator().next()) : null;
  }

  @Override
  public Optional<String> unreadable(List<String> firstLines) {
    return ForwardedLine.tags(firstLines).size() > 1 ? Optional.of(SEVERAL_TAGS) : Optional.empty();
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  /** Its first lines name its columns. */
  @Override
  public boolean turnsRound() {
    return false;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new ExchangeReader(settings, tag);
  }
}
