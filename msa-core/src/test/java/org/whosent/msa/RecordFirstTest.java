package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** The order: record forced, then the hop, then the outcome, then the client. */
class RecordFirstTest {
  @TempDir Path directory;

  /** A disk whose force of a submission waits to be let through. */
  private static final class SlowFiles implements JournalFiles {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean submission;
    final StringBuffer forced = new StringBuffer();

    @Override
    public JournalFile create(Path path) throws IOException {
      JournalFile real = DISK.create(path);
      StringBuilder appended = new StringBuilder();
      return new JournalFile() {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
          String text = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
          submission |= text.contains("\"submission\"");
          appended.append(text);
          real.append(bytes);
        }

        @Override
        public void force() throws IOException {
          if (submission) {
            reached.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          real.force();
          forced.append(appended);
          appended.setLength(0);
        }

        @Override
        public void truncate(long size) throws IOException {
          real.truncate(size);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  @Test
  void theHopHasNothingOfTheMessageBeforeTheRecordIsForced() throws Exception {
    SlowFiles files = new SlowFiles();
    AtomicReference<String> forcedAtFirstLine = new AtomicReference<>("");
    AtomicReference<String> forcedAtFinalDot = new AtomicReference<>("");
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(
                directory,
                hop.uri(),
                "",
                new MsaServer.Parts(MessageAnalyser.DIGESTS, files, InstantSource.system()));
        Dialogue client = server.alice()) {
      hop.onContent = () -> forcedAtFirstLine.set(files.forced.toString());
      hop.onFinalDot = () -> forcedAtFinalDot.set(files.forced.toString());
      client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      client.send("DATA").expect("354").send("Message-ID: <one@two>", "", "some text", ".");
      files.reached.await();
      String beforeTheForce = forcedAtFirstLine.get();
      // Before anything is asserted: closing the server waits for its journal.
      files.go.countDown();
      assertEquals("", beforeTheForce);
      client.expect("250 2.0.0");
      for (String forced : List.of(forcedAtFirstLine.get(), forcedAtFinalDot.get())) {
        assertTrue(forced.contains("<one@two>"), forced);
        assertTrue(forced.contains("bodyDigest"));
      }
      assertEquals(1, hop.mails.size());
    }
  }
}
