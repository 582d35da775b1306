package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Messages that take long to read hold up nobody but their sender. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContentReadingTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @TempDir Path directory;

  private TestServer server(FakeHop hop, MessageAnalyser analyser) throws IOException {
    return new TestServer(
        directory, hop.uri(), "", MsaServer.Parts.STANDARD.withAnalyser(analyser));
  }

  /** Up to the final dot, whose answer is still to come. */
  private static Dialogue send(Dialogue client, String subject) throws IOException {
    return send(client, subject, "a@b.example");
  }

  private static Dialogue send(Dialogue client, String subject, String to) throws IOException {
    client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<" + to + ">").expect("250");
    return client.send("DATA").expect("354").send("Subject: " + subject, "", "text", ".");
  }

  /** Virtual threads are not preempted: a message on each of their carriers would stop them all. */
  @Test
  void sessionsGoOnWhileMessagesAreRead() throws Exception {
    CountDownLatch begun = new CountDownLatch(PROCESSORS);
    CountDownLatch go = new CountDownLatch(1);
    MessageAnalyser busy =
        (_, _) -> {
          begun.countDown();
          long since = System.nanoTime();
          while (go.getCount() > 0 && System.nanoTime() - since < TimeUnit.MINUTES.toNanos(4)) {
            Thread.onSpinWait();
          }
        };
    List<Dialogue> senders = new ArrayList<>();
    try (FakeHop hop = new FakeHop();
        TestServer server = server(hop, busy)) {
      for (int i = 0; i < PROCESSORS; i++) {
        senders.add(send(server.alice(), "long"));
      }
      begun.await();
      boolean going;
      try (Dialogue other = server.submission()) {
        other.startTls();
        going = go.getCount() > 0;
      } finally {
        go.countDown();
      }
      assertTrue(going);
      for (Dialogue sender : senders) {
        sender.expect("250 2.0.0").close();
      }
      assertEquals(PROCESSORS, server.submissionRecords().size());
    }
  }

  @Test
  void aUserWaitsForTwoMessagesOfAnotherAtMost() throws Exception {
    Semaphore steps = new Semaphore(0);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    MessageAnalyser stepping =
        (message, _) -> {
          String text = new String(message.readAllBytes(), StandardCharsets.UTF_8);
          order.add(text.contains("Subject: many") ? "many" : "one");
          steps.acquireUninterruptibly();
        };
    List<Dialogue> senders = new ArrayList<>();
    try (FakeHop hop = new FakeHop();
        TestServer server = server(hop, stepping)) {
      Turns turns = server.server().context().content().turns();
      try {
        for (int i = 0; i < PROCESSORS + 5; i++) {
          senders.add(send(server.alice(), "many"));
        }
        while (turns.size() < 5) {
          Thread.sleep(1);
        }
        senders.add(send(server.submission().login("Bob Blank", "pass word"), "one"));
        while (turns.size() < 6) {
          Thread.sleep(1);
        }
        steps.release();
        while (order.size() < PROCESSORS + 1) {
          Thread.sleep(1);
        }
        steps.release();
        while (order.size() < PROCESSORS + 2) {
          Thread.sleep(1);
        }
      } finally {
        steps.release(100);
      }
      for (Dialogue sender : senders) {
        sender.expect("250 2.0.0").close();
      }
      assertTrue(order.subList(0, PROCESSORS + 2).contains("one"), order.toString());
      assertEquals(PROCESSORS + 6, server.submissionRecords().size());
    }
  }

  /** What waits when the server ends was not accepted, and has no record. */
  @Test
  void whatIsNotReadWhenTheServerEndsIsNotRecorded() throws Exception {
    String waits = "waits@b.example";
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(PROCESSORS);
    MessageAnalyser slow =
        (_, _) -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    List<Dialogue> readers = new ArrayList<>();
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(
                directory,
                hop.uri(),
                "drainSeconds: 1",
                MsaServer.Parts.STANDARD.withAnalyser(slow))) {
      Turns turns = server.server().context().content().turns();
      for (int i = 0; i < PROCESSORS; i++) {
        readers.add(send(server.alice(), "last"));
      }
      begun.await();
      Dialogue waiting = send(server.alice(), "last", waits);
      while (turns.size() == 0) {
        Thread.sleep(1);
      }
      Thread closing = Thread.startVirtualThread(server::close);
      while (turns.size() > 0) {
        Thread.sleep(1);
      }
      go.countDown(); // what was being read may be accepted yet, if its session is cut later
      closing.join();
      String reply = reply(waiting);
      assertTrue(!reply.startsWith("250"), reply);
      waiting.close();
      for (Dialogue reader : readers) {
        reader.close();
      }
      assertTrue(
          server.submissionRecords().stream()
              .flatMap(record -> record.recipients().stream())
              .noneMatch(recipient -> recipient.address().equals(waits)));
      assertTrue(hop.mails.stream().noneMatch(mail -> mail.to().contains(waits)));
    }
  }

  private static String reply(Dialogue sender) {
    try {
      return sender.reply();
    } catch (IOException e) {
      return "(reset)";
    }
  }
}
