package org.whosent.benchmarks.store;

import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The same mail as plain Postfix logs, one a day, and as rows of ID, user and Message-ID between
 * tabs: {@code WriteLogs JOURNALS LOGS ROWS}.
 */
public final class WriteLogs {
  private WriteLogs() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Journals journals = new JournalFiles(Path.of(arguments[0]));
    try (MailLogs logs = new MailLogs("grep", false, Path.of(arguments[1]));
        Writer rows = Files.newBufferedWriter(Path.of(arguments[2]))) {
      logs.ingest(journals);
      journals.read(
          record ->
              rows.write(
                  "%s\t%s\t%s%n"
                      .formatted(record.transactionId(), record.user(), record.messageId())));
    }
  }
}
