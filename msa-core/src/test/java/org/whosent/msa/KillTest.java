package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;

/**
 * The first invariant: the process is killed (SIGKILL) at random instants under load, and whatever
 * the next hop holds and whatever a client was told 250 for has exactly one record. {@code
 * -Dwhosent.kills=N} for N kills with fixed seeds and a fifth as many with fresh ones; 200 in the
 * profile {@code torture}. Half of the clients submit by DATA, half in chunks.
 */
class KillTest {
  private static final Pattern ID = Pattern.compile("\\bid ([0-9A-Z]{26})");
  private static final Pattern ACKNOWLEDGED = Pattern.compile("^250 .* ([0-9A-Z]{26})$");
  private static final int CLIENTS = 4;

  @TempDir Path directory;

  @Test
  void everythingTakenHasOneRecord() throws Exception {
    int fixed = Integer.getInteger("whosent.kills", 3);
    int kills = fixed + Math.max(1, fixed / 5);
    long fresh = System.nanoTime();
    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    try (FakeHop hop = new FakeHop()) {
      Files.writeString(
          directory.resolve("users"), "alice@example.org:" + TestServer.hash("secret") + "\n");
      Files.writeString(directory.resolve("msa.yaml"), TestServer.configuration(hop.uri()));
      for (int kill = 0; kill < kills; kill++) {
        long seed = kill < fixed ? 100 + kill : fresh + kill;
        round(new Random(seed), acknowledged);
      }
      check(hop, acknowledged, kills, "fresh seed " + fresh);
    }
  }

  private void round(Random random, Queue<String> acknowledged) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KillTarget.class.getName(),
                directory.resolve("msa.yaml").toString())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      assertTrue(
          line != null && line.startsWith("PORT "),
          () -> {
            try {
              return Files.readString(directory.resolve("stderr"));
            } catch (IOException e) {
              return e.toString();
            }
          });
      InetSocketAddress address =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(5)));
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean inChunks = i % 2 == 1;
        clients.add(Thread.startVirtualThread(() -> submit(address, inChunks, acknowledged)));
      }
      int before = acknowledged.size();
      // Not before the load runs, then at any instant of the next half second.
      while (acknowledged.size() == before && process.isAlive()) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(500), random.nextInt(1_000_000));
      process.destroyForcibly().waitFor();
      for (Thread client : clients) {
        client.join();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Submits until the server is gone. */
  private static void submit(
      InetSocketAddress address, boolean inChunks, Queue<String> acknowledged) {
    try (Dialogue client = new Dialogue(address)) {
      client.login("alice@example.org", "secret");
      while (true) {
        client.send("MAIL FROM:<alice@example.org>", "RCPT TO:<a@b.example>");
        client.expect("250").expect("250");
        if (inChunks) {
          client.raw("BDAT 14\r\nSubject: x\r\n\r\n").expect("250");
          client.raw("BDAT 6 LAST\r\nbody\r\n");
        } else {
          client.send("DATA").expect("354").send("Subject: x", "", "body", ".");
        }
        String reply = client.reply();
        Matcher matcher = ACKNOWLEDGED.matcher(reply);
        if (matcher.matches()) {
          acknowledged.add(matcher.group(1));
        } else if (reply.startsWith("(closed)") || reply.contains("(cut off)")) {
          return;
        }
      }
    } catch (IOException | AssertionError e) {
      // killed in mid-word
    }
  }

  private void check(FakeHop hop, Queue<String> acknowledged, int kills, String seed)
      throws Exception {
    Map<String, Integer> records = new HashMap<>();
    int torn = 0;
    try (Stream<Path> files = Files.list(directory.resolve("data").resolve("journal"))) {
      for (Path file : files.sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          try {
            if (JournalCodec.decode(lines.get(i).getBytes()) instanceof JournalEntry.Submission s) {
              records.merge(s.record().transactionId(), 1, Integer::sum);
            }
          } catch (BadLineException e) {
            torn++;
            assertEquals(lines.size() - 1, i, "a torn line within " + file + ", " + seed);
          }
        }
      }
    }
    for (FakeHop.Mail mail : hop.mails) {
      Matcher matcher = ID.matcher(mail.content());
      assertTrue(matcher.find(), mail.content());
      assertEquals(
          1, records.get(matcher.group(1)), "in the hop: " + matcher.group(1) + ", " + seed);
    }
    for (String id : acknowledged) {
      assertEquals(1, records.get(id), "acknowledged: " + id + ", " + seed);
    }
    for (Map.Entry<String, Integer> record : records.entrySet()) {
      assertEquals(1, record.getValue(), "record " + record.getKey() + ", " + seed);
    }
    System.out.printf(
        // None is lost, or the checks above had failed.
        "kill test: %d kills, %d records, %d in the hop, %d acknowledged, %d torn lines, 0 lost%n",
        kills, records.size(), hop.mails.size(), acknowledged.size(), torn);
    assertTrue(acknowledged.size() >= 4, "the load never ran");
  }
}
