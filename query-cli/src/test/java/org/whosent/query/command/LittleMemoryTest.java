package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Program;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Where the heap is too small for what is asked: an error that says so with the exit status of one,
 * never the JVM's own 1, which would say that nothing was found.
 */
class LittleMemoryTest {
  private static final int HEAP_MEGABYTES = 24;
  private static final String ID = "4jY9Sc3VmzzbyS5";

  @TempDir Path directory;

  private record Result(int status, String out, String err) {}

  private Result run(Object... arguments) throws Exception {
    ProcessBuilder command = Program.command(arguments);
    command.command().add(1, "-Xmx" + HEAP_MEGABYTES + "m");
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    return new Result(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private Path store() throws IOException {
    Path data = directory.resolve("data");
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Instant.now();
    b.transactionId = ID;
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = "alice";
    b.recipients = List.of(Recipient.of("bob@example.net"));
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(b.build());
      batch.commit();
    }
    return data;
  }

  /** One is too large to be read, another to be opened, for which it is needed several times. */
  @ParameterizedTest
  @ValueSource(ints = {1_000_000, 350_000})
  void aMessageTooLargeForItKeepsNoOtherFromBeingTraced(int lines) throws Exception {
    Path complaints = Files.createDirectory(directory.resolve("complaints"));
    Files.write(
        complaints.resolve("a.eml"),
        ("Subject: large\n\n" + "a line of some length, again and again\n".repeat(lines))
            .getBytes(StandardCharsets.US_ASCII));
    Files.writeString(
        complaints.resolve("b.eml"),
        """
        Received: from pc (pc.example.org [192.0.2.1])
        \tby mail.example.org (Postfix) with ESMTPSA id %s
        \tfor <bob@example.net>; Mon, 23 Nov 2026 10:00:00 +0000
        Subject: small

        body
        """
            .formatted(ID));
    Result traced = run("trace", "--data", store(), complaints);
    assertEquals(2, traced.status, traced.err);
    assertTrue(traced.err.contains("a.eml: takes more memory than there is\n"), traced.err);
    assertEquals(1, traced.err.lines().count(), traced.err);
    assertTrue(traced.out.contains("b.eml"), traced.out);
    assertFalse(traced.out.contains("a.eml"), traced.out);
  }

  @Test
  void aCommandThatLacksItEndsWithOneLineAndTheStatusOfAnError() throws Exception {
    StringBuilder users = new StringBuilder();
    for (int i = 0; i < 400_000; i++) {
      users.append("user").append(i).append("@example.org:{PLAIN}x\n");
    }
    Path file = Files.writeString(directory.resolve("users.passwd"), users);
    Result listed = run("user", "list", "--users", file);
    assertEquals(2, listed.status, listed.err);
    assertTrue(listed.err.startsWith("whosent user: there is not enough memory: "), listed.err);
    assertEquals(1, listed.err.lines().count(), listed.err);
    assertEquals("", listed.out);
  }
}
