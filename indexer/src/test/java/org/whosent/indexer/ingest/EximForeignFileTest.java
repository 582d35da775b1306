package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** Exim's own file with lines about ALPN, of which some go on in lines that a client made. */
class EximForeignFileTest {
  private static final String OFFER = "2026-11-23 15:54:07 TLS ALPN (h2:http/1.1) rejected\n";
  private static final String ERROR =
      "2026-11-23 15:54:07 TLS error on connection from [192.0.2.10] (SSL_accept):"
          + " error:0A0000EB:SSL routines::no application protocol\n";

  /** As somebody sends it who wants it to look whole. */
  private static final String ENTRY =
      OFFER + arrival("1xVWMq-00006g-22", "victim") + "2026-11-23 15:54:08 TLS ALPN (x) rejected\n";

  @TempDir Path directory;

  private static String arrival(String id, String user) {
    return "2026-11-23 15:54:08 "
        + id
        + " <= a@example.com H=x [192.0.2.9] P=esmtpsa A=plain:"
        + user
        + " S=1 id=a@b\n";
  }

  private List<String> users(RecordStore store) throws IOException {
    return Fixtures.records(store).stream()
        .map(SubmissionRecord::user)
        .filter(Objects::nonNull)
        .sorted()
        .toList();
  }

  private List<String> users(String log) throws IOException {
    Path file = directory.resolve("mainlog.1");
    Files.writeString(file, log);
    RecordStore plain = new InMemoryRecordStore();
    Fixtures.run(plain, file);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(log.getBytes());
    }
    Path zipped = directory.resolve("other.gz");
    Files.write(zipped, bytes.toByteArray());
    RecordStore compressed = new InMemoryRecordStore();
    Fixtures.run(compressed, zipped);
    assertEquals(users(plain), users(compressed));
    return users(plain);
  }

  @Test
  void whoSendsBehindAStrangersOfferIsNamed() throws IOException {
    assertEquals(
        List.of("alice", "bob"),
        users(
            OFFER
                + ERROR
                + arrival("1xVWMq-00006g-22", "alice")
                + arrival("1xVWMq-00006h-22", "bob")));
  }

  @Test
  void whomAStrangerWroteIsNot() throws IOException {
    assertEquals(List.of(), users(ENTRY + ERROR));
    assertEquals(
        List.of(), users(ENTRY + ERROR + "2026-11-23 15:54:09 cwd=/ 1 args: x\n".repeat(500)));
  }

  /** A log that is read while it is written: an entry is there as a whole, or looks unfinished. */
  @Test
  void aLogThatGrows() throws IOException {
    Path file = directory.resolve("mainlog");
    StringBuilder log = new StringBuilder();
    RecordStore store = new InMemoryRecordStore();
    for (String added :
        List.of(
            OFFER,
            ERROR,
            arrival("1xVWMq-00006g-23", "alice"),
            "2026-11-23 15:54:09 cwd=/ 1 args: x\n".repeat(500),
            ENTRY,
            ERROR)) {
      Files.writeString(file, log.append(added));
      Fixtures.run(store, file);
    }
    assertEquals(List.of("alice"), users(store));
  }

  /** Whoever looks at the moment at which a page of an entry is there sees no end. */
  @Test
  void anEntryThatIsThereInPart() throws IOException {
    String before = "2026-11-23 15:54:09 cwd=/ 1 args: ";
    String fill = before + "x".repeat(8192 - before.length() - 1 - OFFER.length()) + '\n';
    Path file = directory.resolve("mainlog");
    RecordStore store = new InMemoryRecordStore();
    for (String log : List.of(fill + OFFER, fill + ENTRY)) {
      Files.writeString(file, log);
      Fixtures.run(store, file);
    }
    assertEquals(List.of(), users(store));
  }
}
