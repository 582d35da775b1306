package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * Where a message's user stands in its session's first lines, it is found far behind them and over
 * a rotation, and no other session's is. {@link LogReadingsTest} cuts the samples anywhere.
 */
class SessionsAcrossPiecesTest {
  @TempDir Path directory;

  private static byte[] bytes(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private List<SubmissionRecord> whole(List<String> lines) throws IOException {
    Path file = Files.createTempDirectory(directory, "whole").resolve("the.log");
    Files.write(file, bytes(lines));
    InMemoryRecordStore store = Fixtures.store();
    Fixtures.run(store, file);
    List<SubmissionRecord> records = Fixtures.records(store);
    assertTrue(records.stream().anyMatch(r -> r.user() != null), "no user");
    return records;
  }

  private static IngestOptions options(String source) {
    return new IngestOptions(LogSources.named(source).orElseThrow(), null, ZoneOffset.UTC, null);
  }

  /** A session's login stands far before its message, in a file of syslog's with Exim's lines. */
  @Test
  void dovecotInFrontOfEximKeepsItsSessions() throws IOException {
    List<String> lines = new ArrayList<>();
    String stamp = "2026-11-23T10:00:00.000000+00:00 mail ";
    lines.add(
        stamp
            + "dovecot: submission-login: Login: user=<grace>, method=PLAIN, rip=203.0.113.6,"
            + " lip=192.0.2.1, mpid=801, TLS, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256"
            + " bits), session=<GGGGGGGG>");
    for (int i = 0; i < 3000; i++) {
      String id = "1xVWMp-%06d-1u".formatted(i);
      lines.add(
          stamp
              + "exim[77]: "
              + id
              + " <= alice@example.com H=(laptop) [203.0.113.9] P=esmtpa A=plain:alice S=1500");
    }
    lines.add(
        stamp
            + "dovecot: submission(grace)<801><GGGGGGGG>: Successfully relayed message:"
            + " from=<grace@example.com>, size=1000, id=OWNOWNOWN0013, nrcpt=1,"
            + " reply=`250 OK id=1vNaBc-000000001Ab-2xYz'");
    List<SubmissionRecord> expected = whole(lines);
    assertTrue(expected.stream().anyMatch(r -> "TLSv1.3".equals(r.tlsVersion())), "no session");
    Path file = directory.resolve("mail.log.1");
    InMemoryRecordStore store = Fixtures.store();
    for (int length : new int[] {lines.size() - 1, lines.size()}) {
      Files.write(file, bytes(lines.subList(0, length)));
      Fixtures.run(store, file);
    }
    assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(store)), "as it grew");
    Path next = directory.resolve("mail.log");
    InMemoryRecordStore rotated = Fixtures.store();
    Files.write(file, bytes(lines.subList(0, lines.size() - 1)));
    Fixtures.run(rotated, file);
    Files.write(next, bytes(lines.subList(lines.size() - 1, lines.size())));
    Fixtures.ingest(rotated, options("exim"), new byte[0]).run(List.of(next.toString()));
    assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(rotated)), "rotated");
  }

  /**
   * A reading may end, and the log be rotated, within what Sendmail writes in one go; the record
   * names all of it.
   */
  @Test
  void aLineOfSendmailsInPiecesIsOneWhereverTheReadingEnds() throws IOException {
    String process = "2026-11-23T10:00:00.250000+00:00 mail sm-mta[7]: ";
    String id = "6ANA00ab000007";
    List<String> lines =
        Stream.of(
                "AUTH=server, relay=pc.example [203.0.113.9], authid=alice, mech=PLAIN, bits=0",
                id + "[1]: from=<a@example.com>, size=1, class=0, nrcpts=1,  ...",
                id + "[2]: msgid=<m\\303 ...",
                id + "[3]: \\244@x>, proto=ESMTPA, daemon=MTA, relay=pc.example [203.0.113.9]",
                id + ": to=<r@far.example>, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent")
            .map(process::concat)
            .toList();
    List<SubmissionRecord> expected = whole(lines);
    assertEquals(List.of("alice"), expected.stream().map(SubmissionRecord::user).toList());
    for (int cut = 1; cut < lines.size(); cut++) {
      Path file = directory.resolve("mail.log." + cut);
      InMemoryRecordStore store = Fixtures.store();
      Files.write(file, bytes(lines.subList(0, cut)));
      Fixtures.run(store, file);
      Files.write(file, bytes(lines));
      Fixtures.run(store, file);
      assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(store)), "as it grew");
      assertEquals(4, Fixtures.recordsWithLines(store).getFirst().provenance().size());
      Path next = Files.createTempDirectory(directory, "rotated").resolve("mail.log");
      Path rotated = next.resolveSibling("mail.log.1");
      InMemoryRecordStore second = Fixtures.store();
      Files.write(next, bytes(lines.subList(0, cut)));
      Fixtures.run(second, next);
      Files.move(next, rotated);
      Files.write(next, bytes(lines.subList(cut, lines.size())));
      Fixtures.run(second, next);
      assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(second)), "rotated");
      assertEquals(4, Fixtures.recordsWithLines(second).getFirst().provenance().size());
    }
  }

  /**
   * Two servers that began as copies of one: the second's log goes on from lines that are the
   * first's, and not from what the first's next piece said of the sessions.
   */
  @Test
  void aReaderThatWentOnInTheNextPieceStandsNowhereElse() throws IOException {
    List<String> both =
        List.of(
            "00 mail postfix/submission/smtpd[1]: connect from pc[192.0.2.7]",
            "01 mail postfix/submission/smtpd[1]: NOQUEUE: client=pc[192.0.2.7], sasl_method=PLAIN,"
                + " sasl_username=alice");
    List<String> first =
        List.of(
            "02 mail postfix/submission/smtpd[1]: disconnect from pc[192.0.2.7]",
            "03 mail postfix/submission/smtpd[1]: NOQUEUE: client=pc[192.0.2.7], sasl_method=PLAIN,"
                + " sasl_username=mallory");
    List<String> second =
        List.of(
            "04 mail postfix/smtpd[2]: B22222222B: client=localhost[127.0.0.1]",
            "05 mail postfix/submission/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok:"
                + " queued as B22222222B; from=<a@x.example> to=<b@y.example> proto=ESMTP"
                + " helo=<x>");
    Path rotated = directory.resolve("a.log.1");
    Path live = directory.resolve("a.log");
    Path copy = directory.resolve("b.log");
    Files.write(rotated, stamped(both));
    Files.write(live, stamped(first));
    Files.write(copy, stamped(Stream.of(both, second).flatMap(List::stream).toList()));
    InMemoryRecordStore store = Fixtures.store();
    Fixtures.run(store, rotated, live, copy);
    assertEquals(
        List.of("alice"), Fixtures.records(store).stream().map(SubmissionRecord::user).toList());
  }

  private static byte[] stamped(List<String> lines) {
    return bytes(
        lines.stream().map(line -> "2026-11-23T10:00:" + line.replaceFirst(" ", "Z ")).toList());
  }
}
