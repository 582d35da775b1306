package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/**
 * A builder that a reader has given to its sink is another thread's: a reader that looks at it
 * afterwards, or changes a list in it, would now and then put one person's facts on another. So the
 * sink spoils each builder here as soon as it has it.
 */
class GivenAwayTest {
  @TempDir Path directory;

  static Stream<Fixtures.Case> cases() {
    return LogSources.ALL.stream().flatMap(source -> Fixtures.cases(source.name()).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noReaderTouchesWhatItHasGivenAway(Fixtures.Case sample) throws IOException {
    LogSource source = LogSources.named(sample.source()).orElseThrow();
    List<List<?>> given = new ArrayList<>();
    List<List<?>> copies = new ArrayList<>();
    String spoilt = records(sample, new Spoiling(source, given, copies));
    assertEquals(records(sample, source), spoilt);
    assertEquals(copies, given, "a list was changed afterwards");
  }

  /** Or the test above would say nothing. */
  @Test
  void aReaderThatTouchesItIsFound() {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.host = "mail";
    facts.recipients = new ArrayList<>();
    List<List<?>> given = new ArrayList<>();
    List<List<?>> copies = new ArrayList<>();
    List<?> recipients = facts.recipients;
    Spoiling.spoil(facts, given, copies);
    recipients.add(null);
    assertTrue(!copies.equals(given));
    assertEquals(null, facts.host);
    assertThrows(IllegalStateException.class, () -> facts.recipients.size());
  }

  private String records(Fixtures.Case sample, LogSource source) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String file : sample.files()) {
      paths.add(Fixtures.put(directory, sample.source(), file, sample.modified()).toString());
    }
    InMemoryRecordStore store = Fixtures.store();
    IngestOptions options = new IngestOptions(source, null, sample.zone(), sample.year());
    IngestReport report = Fixtures.ingest(store, options, new byte[0]).run(paths);
    assertTrue(!report.failed(), () -> report.files().toString());
    assertTrue(report.lines() > 0);
    return Fixtures.json(Fixtures.recordsWithLines(store));
  }

  /** A format whose reader's builders are spoilt. */
  private record Spoiling(LogSource source, List<List<?>> given, List<List<?>> copies)
      implements LogSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public boolean recognises(String line) {
      return source.recognises(line);
    }

    @Override
    public boolean showsItsEnd() {
      return source.showsItsEnd();
    }

    @Override
    public boolean sessionsNameUsers() {
      return source.sessionsNameUsers();
    }

    @Override
    public LogReader reader(LogSettings settings) {
      LogReader reader = source.reader(settings);
      return new LogReader() {
        @Override
        public LineKind read(byte[] line, int length, FactSink sink) {
          return reader.read(line, length, new Sink(sink, given, copies));
        }

        @Override
        public Instant lastTime() {
          return reader.lastTime();
        }

        @Override
        public void lastTime(Instant time) {
          reader.lastTime(time);
        }

        @Override
        public void fileTime(Instant time) {
          reader.fileTime(time);
        }
      };
    }

    /** Leaves nothing in it, and lists that nobody can use. */
    static void spoil(SubmissionRecord.Builder facts, List<List<?>> given, List<List<?>> copies) {
      for (List<?> list :
          List.of(
              facts.aliases,
              facts.continuations,
              facts.recipients,
              facts.attachmentDigests,
              facts.provenance)) {
        given.add(list);
        copies.add(new ArrayList<>(list));
      }
      facts.time = null;
      facts.transactionId = null;
      facts.aliases = new Spoilt<>();
      facts.continuations = new Spoilt<>();
      facts.host = null;
      facts.instance = null;
      facts.service = null;
      facts.protocol = null;
      facts.origin = null;
      facts.user = null;
      facts.mechanism = null;
      facts.authorizationId = null;
      facts.localUser = null;
      facts.client = null;
      facts.clientPort = null;
      facts.clientName = null;
      facts.helo = null;
      facts.clientInside = null;
      facts.tlsVersion = null;
      facts.tlsCipher = null;
      facts.mailFrom = null;
      facts.envelopeId = null;
      facts.logHosts = new Spoilt<>();
      facts.recipients = new Spoilt<>();
      facts.messageId = null;
      facts.headerFrom = null;
      facts.subject = null;
      facts.subjectHash = null;
      facts.headerDate = null;
      facts.size = null;
      facts.bodyDigest = null;
      facts.textDigest = null;
      facts.sketch = null;
      facts.attachmentDigests = new Spoilt<>();
      facts.expired = null;
      facts.completed = null;
      facts.provenance = new Spoilt<>();
    }
  }

  private static final class Spoilt<T> extends AbstractList<T> {
    @Override
    public T get(int index) {
      throw new IllegalStateException("given away");
    }

    @Override
    public int size() {
      throw new IllegalStateException("given away");
    }
  }

  private record Sink(FactSink sink, List<List<?>> given, List<List<?>> copies)
      implements FactSink {
    @Override
    public void facts(SubmissionRecord facts) {
      sink.facts(facts);
    }

    @Override
    public void facts(SubmissionRecord.Builder facts) {
      SubmissionRecord record = facts.build();
      Spoiling.spoil(facts, given, copies);
      sink.facts(record.toBuilder());
    }

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      sink.seen(host, time, continuous);
    }

    @Override
    public void machine(String logHost) {
      sink.machine(logHost);
    }

    @Override
    public void refusal() {
      sink.refusal();
    }

    @Override
    public void loginFailure() {
      sink.loginFailure();
    }

    @Override
    public void loginFailure(JournalEntry.LoginFailure failure) {
      sink.loginFailure(failure);
    }
  }
}
