package org.whosent.query.output;

import java.util.Arrays;
import java.util.List;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;

/** Failed logins as a line, as JSON and as a row. Stateless. */
public final class FailedLoginText {
  /** The columns of {@link #row}. */
  public static final List<String> COLUMNS =
      List.of("time", "host", "service", "login", "client", "mechanism", "reason", "source");

  private FailedLoginText() {}

  /** One line: time, host, what was typed, from where, how, why not. */
  public static String line(FailedLogin login) {
    JournalEntry.LoginFailure failure = login.failure();
    return Times.format(failure.time())
        + "  "
        + SafeText.forTerminal(failure.host())
        + "  "
        + (failure.login() == null ? "(unknown)" : SafeText.forTerminal(failure.login()))
        + "  ["
        + SafeText.forTerminal(failure.client())
        + "]  "
        + SafeText.forTerminal(failure.mechanism())
        + "  "
        + SafeText.forTerminal(failure.reason());
  }

  /** One JSON object with every field. */
  public static String json(FailedLogin login) {
    return JsonOut.object(true, out -> JournalCodec.show(login, out));
  }

  /** Cells, not yet safe for a spreadsheet: {@link RecordCsv#row(List)} sees to that. */
  public static List<String> row(FailedLogin login) {
    JournalEntry.LoginFailure failure = login.failure();
    return Arrays.asList(
        Times.format(failure.time()),
        failure.host(),
        failure.service(),
        failure.login(),
        failure.client(),
        failure.mechanism(),
        failure.reason(),
        login.source().toString());
  }
}
