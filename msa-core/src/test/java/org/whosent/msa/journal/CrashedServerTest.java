package org.whosent.msa.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.MsaServer;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;

/**
 * The first invariant on a disk that fails and crashes under load, and with a next hop that cuts
 * connections in the middle of data: as KillTest has it, whatever the hop holds and whatever a
 * client was told 250 for has exactly one record. {@code -Dwhosent.crashes=N} for more crashes.
 */
class CrashedServerTest {
  private static final Pattern ID = Pattern.compile("\\bid ([0-9A-Z]{26})");
  private static final Pattern ACKNOWLEDGED = Pattern.compile("250 2\\.0\\.0 .* ([0-9A-Z]{26})");
  private static final int CLIENTS = 3;

  @TempDir Path directory;
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

  @Test
  void everythingTakenHasOneRecord() throws Exception {
    int crashes = Integer.getInteger("whosent.crashes", 10);
    long fresh = System.nanoTime();
    try (FakeHop hop = new FakeHop()) {
      // More where the disk, which fails too, or the machine let hardly any message through.
      int most = 10 * crashes;
      for (int crash = 0;
          crash < crashes || acknowledged.size() <= crashes && crash < most;
          crash++) {
        long seed = crash % 2 == 0 ? crash : fresh + crash;
        try {
          round(hop, new Random(seed));
          check(hop);
        } catch (IOException | AssertionError e) {
          throw new AssertionError("seed " + seed + ", crash " + crash, e);
        }
      }
      System.out.printf(
          "crashed server: %d crashes, %d acknowledged, %d in the hop, %d cut within data%n",
          crashes, acknowledged.size(), hop.mails.size(), hop.dataCutOff.get());
      assertTrue(acknowledged.size() > crashes, "the load never ran");
    }
  }

  private void round(FakeHop hop, Random random) throws Exception {
    SimulatedDisk disk = new SimulatedDisk(new Random(random.nextLong()), 12);
    hop.cutAfter = random.nextInt(3) == 0 ? 600 : Long.MAX_VALUE;
    int most = random.nextInt(20);
    MsaServer.Parts parts =
        new MsaServer.Parts(MessageAnalyser.DIGESTS, disk, InstantSource.system());
    try (TestServer server = new TestServer(directory, hop.uri(), "drainSeconds: 0", parts)) {
      List<Thread> clients = new ArrayList<>();
      Queue<Integer> tries = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < CLIENTS; i++) {
        int size = random.nextInt(1000);
        clients.add(Thread.startVirtualThread(() -> submit(server, size, tries)));
      }
      while (tries.size() < most && clients.stream().anyMatch(Thread::isAlive)) {
        Thread.sleep(1);
      }
      disk.crash();
      server.server().close();
      for (Thread client : clients) {
        client.join();
      }
    } catch (JournalException e) {
      // The first line could not be written: the server does not start.
    }
    disk.crash();
    disk.settle();
  }

  private void submit(TestServer server, int size, Queue<Integer> tries) {
    try (Dialogue client = server.alice()) {
      while (true) {
        client.send("MAIL FROM:<alice@example.org>").expect("250");
        client.send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354").send("Subject: x", "", "x".repeat(size), ".");
        String reply = client.reply();
        tries.add(size);
        Matcher matcher = ACKNOWLEDGED.matcher(reply);
        if (matcher.matches()) {
          acknowledged.add(matcher.group(1));
        } else if (!reply.startsWith("45")) {
          return;
        }
      }
    } catch (IOException | AssertionError e) {
      // the server is gone
    }
  }

  private void check(FakeHop hop) throws IOException {
    Map<String, Integer> records = new HashMap<>();
    try (Stream<Path> files = Files.list(directory.resolve("data").resolve("journal"))) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
          try {
            if (JournalCodec.decode(line.getBytes(StandardCharsets.ISO_8859_1))
                instanceof JournalEntry.Submission submission) {
              records.merge(submission.record().transactionId(), 1, Integer::sum);
            }
          } catch (BadLineException e) {
            // of what was not forced
          }
        }
      }
    }
    for (FakeHop.Mail mail : hop.mails) {
      Matcher matcher = ID.matcher(mail.content());
      assertTrue(matcher.find(), mail.content());
      assertEquals(1, records.get(matcher.group(1)), "in the hop: " + matcher.group(1));
    }
    for (String id : acknowledged) {
      assertEquals(1, records.get(id), "acknowledged: " + id);
    }
    records.forEach((id, count) -> assertEquals(1, count, "record " + id));
  }
}
