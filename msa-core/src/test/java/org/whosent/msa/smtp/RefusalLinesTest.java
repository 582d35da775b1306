package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.Repository;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;

/** One line for each message and each refusal, which no client can make say something else. */
class RefusalLinesTest {
  @TempDir Path directory;

  /** The second pattern of SECURITY.md, fail2ban's {@code <HOST>} as a group. */
  private static Pattern fail2ban() throws Exception {
    List<String> patterns =
        Files.readAllLines(Repository.root().resolve("SECURITY.md")).stream()
            .filter(line -> line.startsWith("failregex = "))
            .toList();
    return Pattern.compile(
        patterns.get(1).substring("failregex = ".length()).replace("<HOST>", "(?<host>\\S+)"));
  }

  private static List<String> lines(TestServer server, String event) {
    return server.log().lines().filter(l -> l.startsWith("whosent-msa: " + event)).toList();
  }

  @Test
  void eachRefusalIsOneLineAndOneEntry() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "maxMessageBytes: 1024")) {
      hop.answers = line -> line.startsWith("RCPT TO:<gone") ? "550 5.1.1 no client=1.2.3.4" : null;
      try (Dialogue client = server.alice()) {
        client.send("MAIL FROM:<> SIZE=99999999").expect("552").send("MAIL FROM:<x@y.example>");
        client.expect("250").send("RCPT TO:<gone@b.example>").expect("550");
        client.send("RCPT TO:<a@b.example>").expect("250").send("RCPT TO:<c@b.example>");
        client.expect("250").send("DATA").expect("354").send("x".repeat(1100), ".").expect("552");
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        client.raw("BDAT 1\r\n\0").expect("550").raw("NOOP\n").expect("521");
      }
      try (Dialogue client = server.smtp()) {
        client.expect("220").send("EHLO client=9.9.9.9").expect("250");
        client.send("MAIL FROM:<\"x port=1 client=8.8.8.8\"@y.example>").expect("530");
        client.send("GET / HTTP/1.1").expect("421");
      }
      List<String> lines = lines(server, "refused ");
      String all = String.join("\n", lines);
      assertEquals(7, lines.size(), all);
      String alice = " user=\"Alice@example.org\" from=";
      assertTrue(
          lines.get(0).contains(" service=submission command=MAIL code=552 status=5.3.4 size=0"),
          all);
      assertTrue(
          lines
              .get(1)
              .contains("recipients=0" + alice + "\"x@y.example\" to=\"gone@b.example\" reply="),
          all);
      assertTrue(lines.get(2).contains("command=DATA code=552 status=5.3.4 size=1102 rec"), all);
      assertTrue(
          lines.get(2).contains("recipients=2" + alice + "\"x@y.example\" to=- reply="), all);
      assertTrue(lines.get(3).contains("command=BDAT code=550 status=5.6.0 size=1 rec"), all);
      assertTrue(lines.get(4).contains("command=(protocol) code=521 status=5.5.2"), all);
      assertTrue(lines.get(5).contains("command=MAIL code=530 status=5.7.0"), all);
      assertTrue(lines.get(6).contains("command=(protocol) code=421 status=4.7.0"), all);
      int banned = 0;
      for (String line : lines) {
        for (String prefix : List.of("", "host whosent[1]: ")) {
          var matcher = fail2ban().matcher(prefix + line);
          if (matcher.find()) {
            banned++;
            assertEquals("127.0.0.1", matcher.group("host"), line);
          }
        }
      }
      assertEquals(12, banned, "all but the 421, in both forms");
      long journaled =
          server.journal().stream().filter(JournalEntry.Refusal.class::isInstance).count();
      assertEquals(7, journaled);
    }
  }

  @Test
  void eachMessageIsOneLine() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      for (String answer :
          List.of("250 2.0.0 Ok: queued as 4DgK2w1X5Vz9rYc", "554 5.7.1 spam", "CLOSE-AFTER")) {
        hop.answers = line -> line.equals(".") ? answer : null;
        client.send("MAIL FROM:<x@y.example>").expect("250").send("RCPT TO:<a@b.example>");
        client.expect("250").send("DATA").expect("354").send("a: b", "", ".");
        client.reply();
      }
      for (String event : List.of("accepted", "bounced", "unknown")) {
        List<String> lines = lines(server, event + " id=");
        assertEquals(1, lines.size(), server.log());
        assertTrue(
            lines
                .getFirst()
                .matches(
                    "whosent-msa: [a-z]+ id=[0-9A-Z]{26} client=127.0.0.1 port=[0-9]+"
                        + " service=submission size=8 recipients=1 hop=127\\S+ hop-id="
                        + (event.equals("accepted") ? "4DgK2w1X5Vz9rYc" : "-")
                        + " message-id=\"\\S+\" user=\"Alice@example.org\" from=\"x@y.example\""
                        + " reply=.*"),
            lines.getFirst());
      }
    }
  }
}
