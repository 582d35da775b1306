package org.whosent.msa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/**
 * Submissions per second with durable records: TLS, AUTH, 4 KiB messages, reused connections, an
 * SMTP sink in the same process. Not a test. {@code SubmissionRate CONNECTIONS SECONDS}.
 */
public final class SubmissionRate {
  private SubmissionRate() {}

  public static void main(String[] arguments) throws Exception {
    int connections = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    Path directory = Files.createTempDirectory("submission-rate");
    String body = ("0123456789".repeat(7) + "\r\n").repeat(57);
    AtomicLong sent = new AtomicLong();
    List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "")) {
      long warm = System.nanoTime() + 3_000_000_000L;
      long end = warm + seconds * 1_000_000_000L;
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  try (Dialogue client = server.alice()) {
                    while (System.nanoTime() < end) {
                      long start = System.nanoTime();
                      client.send("MAIL FROM:<a@example.org>", "RCPT TO:<a@b.example>", "DATA");
                      client.expect("250").expect("250").expect("354");
                      client.raw("Subject: x\r\n\r\n" + body + ".\r\n").expect("250");
                      if (start > warm) {
                        sent.incrementAndGet();
                        latencies.add(System.nanoTime() - start);
                      }
                    }
                  } catch (Exception e) {
                    e.printStackTrace();
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    List<Long> sorted = new ArrayList<>(latencies);
    Collections.sort(sorted);
    System.out.printf(
        "%d connections: %.0f submissions/s, p50 %.1f ms, p99 %.1f ms%n",
        connections,
        sent.get() / (double) seconds,
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(sorted.size() * 99 / 100) / 1e6);
  }
}
