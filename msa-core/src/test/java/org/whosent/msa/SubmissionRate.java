package org.whosent.msa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.whosent.msa.auth.UserFile;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/**
 * Submissions per second with durable records: TLS, AUTH, 4 KiB messages, reused connections, an
 * SMTP sink in the same process. Not a test. {@code SubmissionRate CONNECTIONS SECONDS [fresh]};
 * with {@code fresh} every message has a connection and a login of its own, and the password an
 * argon2id hash.
 */
public final class SubmissionRate {
  private SubmissionRate() {}

  public static void main(String[] arguments) throws Exception {
    int connections = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    boolean fresh = arguments.length > 2 && arguments[2].equals("fresh");
    Path directory = Files.createTempDirectory("submission-rate");
    if (fresh) {
      new UserFile(directory.resolve("users")).add("alice@example.org", "secret".toCharArray());
    }
    String body = ("0123456789".repeat(7) + "\r\n").repeat(57);
    AtomicLong sent = new AtomicLong();
    AtomicLong cpuAtStart = new AtomicLong();
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
                  try {
                    Dialogue client = server.alice();
                    while (System.nanoTime() < end) {
                      long start = System.nanoTime();
                      if (fresh) {
                        client.close();
                        client = server.alice();
                      }
                      client.send("MAIL FROM:<a@example.org>", "RCPT TO:<a@b.example>", "DATA");
                      client.expect("250").expect("250").expect("354");
                      client.raw("Subject: x\r\n\r\n" + body + ".\r\n").expect("250");
                      if (start > warm) {
                        sent.incrementAndGet();
                        latencies.add(System.nanoTime() - start);
                      }
                    }
                    client.close();
                  } catch (Exception e) {
                    e.printStackTrace();
                  }
                }));
      }
      Thread.sleep(Math.max(0, (warm - System.nanoTime()) / 1_000_000));
      cpuAtStart.set(cpuNanos());
      for (Thread thread : threads) {
        thread.join();
      }
    }
    double cpuMillis = (cpuNanos() - cpuAtStart.get()) / 1e6 / Math.max(1, sent.get());
    List<Long> sorted = new ArrayList<>(latencies);
    Collections.sort(sorted);
    System.out.printf(
        "%d connections: %.0f submissions/s, p50 %.1f ms, p99 %.1f ms, CPU %.2f ms each (client"
            + " and sink included)%n",
        connections,
        sent.get() / (double) seconds,
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(sorted.size() * 99 / 100) / 1e6,
        cpuMillis);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}
