package org.whosent.record.message;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.record.Addresses;

class ReceivedFieldTest {
  /**
   * Keys that cut the ID at a slash (three), take the brackets off an address after "by" (two), or
   * read a from clause out of a comment (two).
   */
  private static final int KEY_ODDITIES = 7;

  private static final String DATE = "Mon, 23 Nov 2026 15:52:48 +0000";

  @Test
  void postfix() {
    ReceivedField field =
        ReceivedField.parse(
            "Received: from msmtp.local (unknown [IPv6:2001:DB8::5])\r\n"
                + "\t(using TLSv1.3 with cipher X (256/256 bits)\r\n"
                + "\t key-exchange ECDHE (prime256v1))\r\n"
                + "\t(Authenticated sender: by id with)\r\n"
                + "\tby mail.example.com (Postfix) with ESMTPSA id 4jY9Sc2Qm\r\n"
                + "\tfor <u184@eximfar.example>; Mon, 23 Nov 2026 15:52:48 +0100 (CET)");
    assertEquals("msmtp.local", field.fromName());
    assertEquals(List.of("2001:db8::5"), field.addresses());
    assertEquals("mail.example.com", field.by());
    assertEquals("ESMTPSA", field.with());
    assertEquals("4jY9Sc2Qm", field.id());
    assertEquals("u184@eximfar.example", field.recipient());
    assertEquals("2026-11-23T14:52:48Z", field.date().toString());
  }

  @Test
  void exim() {
    ReceivedField field =
        ReceivedField.parse(
            "from [127.0.0.1] (helo=mail.example.com)\n"
                + "\tby mx.eximfar.example with esmtp (Exim 4.96)\n"
                + "\t(envelope-from <a@b>)\n"
                + "\tid 1xVWLY-0000Ce-1O\n"
                + "\tfor u@x;\n"
                + "\tMon, 23 Nov 2026 15:52:48 +0000");
    assertEquals(List.of("127.0.0.1"), field.addresses());
    assertTrue(field.fromNames().contains("mail.example.com"));
    assertEquals("1xVWLY-0000Ce-1O", field.id());
    assertEquals("u@x", field.recipient());
  }

  @Test
  void localSubmissionHasNoFrom() {
    ReceivedField field =
        ReceivedField.parse(
            "by mail.example.com (Postfix, from userid 1001)\n"
                + "\tid 4jY9Sh0wbtzbyVV; Mon, 23 Nov 2026 15:52:52 +0000 (UTC)");
    assertNull(field.fromName());
    assertEquals("mail.example.com", field.by());
    assertEquals("4jY9Sh0wbtzbyVV", field.id());
  }

  @Test
  void whatTheClientSaysIsNotTakenForTheServersWord() {
    // The EHLO argument of the client is the whole text up to "(unknown [198".
    String helo = "x (a [1.1.1.1]) by victim.example with ESMTPSA id FAKE for <y@z>; now ";
    ReceivedField field =
        ReceivedField.parse(
            "from "
                + helo
                + "(unknown [198.51.100.7]) by mail.example.com (Postfix) with ESMTPSA id REAL;"
                + " Mon, 23 Nov 2026 15:52:48 +0000");
    assertEquals("mail.example.com", field.by());
    assertEquals("REAL", field.id());
    ReceivedField open =
        ReceivedField.parse(
            "from ((( (unknown [198.51.100.7]) by mail.example.com (Postfix) with ESMTPSA id REAL;"
                + " Mon, 23 Nov 2026 15:52:48 +0000");
    assertEquals("mail.example.com", open.by());
    assertEquals("REAL", open.id());
    // A comment that the client opens and never closes hides the server's words behind its own.
    for (String end : List.of("(", " (", " (x", " \\(", ">((")) {
      ReceivedField hidden =
          ReceivedField.parse(
              "from by victim.example with ESMTPSA id FAKE"
                  + end
                  + " (unknown [198.51.100.7])\r\n"
                  + "\tby mail.example.com (Postfix) with ESMTPSA id REAL\r\n"
                  + "\tfor <y@z>; Mon, 23 Nov 2026 15:52:48 +0000 (UTC)");
      assertEquals("mail.example.com", hidden.by(), end);
      assertEquals("REAL", hidden.id(), end);
    }
    ReceivedField recipient =
        ReceivedField.parse(
            "from a by mail.example.com with ESMTP id REAL for <\"a b id FAKE by c\"@x>; Mon, 23"
                + " Nov 2026 15:52:48 +0000");
    assertEquals("REAL", recipient.id());
    assertEquals("mail.example.com", recipient.by());
  }

  /** Each is a line of our own server, in which a client has put what it likes where it can. */
  @Test
  void anAddressOrNameMadeForItHidesAndReplacesNothing() {
    String date = "; Mon, 23 Nov 2026 15:52:48 +0000";
    String postfix = " (unknown [198.51.100.7]) by mail.example.com (Postfix) with ESMTPSA id REAL";
    String exim = "from [198.51.100.7] (helo=pc) by mail.example.com with esmtpsa (Exim 4.99)";
    for (String line :
        new String[] {
          "from pc" + postfix + " for <\"x> by victim.example id FAKE y\"@evil.example>",
          "from pc" + postfix + " for \"x by victim.example id FAKE y\"@evil.example",
          "from <" + postfix + " for <r@far.example>",
          "from <\"" + postfix + " for <\"> by victim.example id FAKE y\"@evil.example>",
          "from \"pc" + postfix + " for <\"a\"@evil.example>",
          "from \"pc" + postfix + " for <\" by victim.example id FAKE y\"@evil.example>",
          exim + " (envelope-from <\"a(\"@evil.example>) id REAL for r@far.example",
          exim
              + " (envelope-from <\"a) id FAKE by victim.example (\"@e>) id REAL for r@far.example",
          exim + " (envelope-from <\"a) id FAKE ((\"@e>) id REAL for r@far.example",
          // Postfix with smtpd_tls_received_header: names in the client's own certificate.
          "from pc (unknown [198.51.100.7]) (Client CN \"a\", Issuer \"<\"\"\" (not verified))"
              + " by mail.example.com (Postfix) with ESMTPSA id REAL"
              + " for <\">) by victim.example id FAKE \"@evil.example>",
          "from pc (unknown [198.51.100.7]) (Client CN \"envelope-from <\"\"\", Issuer \"b\" (x))"
              + " by mail.example.com (Postfix) with ESMTPSA id REAL"
              + " for <\">) by victim.example id FAKE \"@evil.example>",
          "from (" + postfix + " for <\"a) by victim.example id FAKE \"@evil.example>",
          "from a(b" + postfix + " for <\"a) by victim.example id FAKE \"@evil.example>",
          "from (\\)" + postfix + " for <\"a) by victim.example id FAKE \"@evil.example>",
          "from 192.0.2.1,"
              + IntStream.range(0, 60).mapToObj(i -> "a%d.b".formatted(i)).collect(joining(","))
              + postfix,
          "from pc ([198.51.100.7]) by mail.example.com (Haraka) with ESMTPSA id REAL"
              + " envelope-from <\"a) by victim.example id FAKE (\"@e> (authenticated bits=0)",
          "from pc ([198.51.100.7]) by mail.example.com (Haraka) with ESMTPSA id REAL"
              + " (envelope-from <\"a) by victim.example id FAKE (\"@e>) (authenticated bits=0)",
          // Haraka takes any word for an EHLO name.
          "from for;\" ([198.51.100.7]) by mail.example.com (Haraka) with ESMTPSA id REAL"
              + " envelope-from <\"x\"@e> (authenticated bits=0)",
          "from a;envelope-from;\" ([198.51.100.7]) by mail.example.com (Haraka) with ESMTPSA"
              + " id REAL envelope-from <\"x\"@e> (authenticated bits=0)",
          "from by;\\\\( ([198.51.100.7]) by mail.example.com (Haraka) with ESMTPSA id REAL"
              + " envelope-from <\")\"@e> (authenticated bits=0)",
        }) {
      ReceivedField field = ReceivedField.parse(line + date);
      assertEquals("REAL", field.id(), line);
      assertEquals("mail.example.com", field.by(), line);
      assertTrue(field.addresses().contains("198.51.100.7"), line);
    }
  }

  /** For each of the signs in so long a word, all that is behind it would be gone through. */
  @Test
  void noCommentBeginsFarBehindInTheFirstWord() {
    String name = "a".repeat(400) + "(b)";
    ReceivedField field = ReceivedField.parse("from " + name + "((( ([198.51.100.7])" + END);
    assertEquals(name + "(((", field.fromName());
    assertEquals("mail.example.com", field.by());
    assertEquals("REAL", field.id());
    assertEquals(List.of("198.51.100.7"), field.addresses());
  }

  private static final String END = " by mail.example.com with ESMTP id REAL; " + DATE;

  /** Addresses with and without a port, and what only looks like one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from pc ([192.0.2.7]:4711)|192.0.2.7|pc",
        "from pc (192.0.2.7:587)|192.0.2.7|pc",
        "from pc (192.0.2.7.587)|192.0.2.7|pc",
        "from [IPv6:2001:DB8::5] (helo=pc.example)|2001:db8::5|helo pc.example",
        "from ::1|::1|''",
        "from pc (HELO x.example) (1.2.3.4)|1.2.3.4|pc x.example",
        "from pc.example. (host.example: [1.2.3.4])|1.2.3.4|pc.example host.example",
        "from 1.2.3.4.5.6|''|1.2.3.4.5.6",
        "from 1.2.3.4:x.y|''|1.2.3.4:x.y",
        "from 1.2.3:25|''|1.2.3:25",
        "from 1.2.3.400|''|1.2.3.400",
        "from 1.2.3.4-5.example|''|1.2.3.4-5.example",
        "from a.example (b c)|''|a.example",
      })
  void whoIsAtTheOtherEnd(String from, String addresses, String names) {
    ReceivedField field = ReceivedField.parse(from + END);
    assertEquals(addresses, String.join(" ", field.addresses()));
    assertEquals(names, String.join(" ", field.fromNames()));
    assertEquals("mail.example.com", field.by());
    assertEquals("REAL", field.id());
  }

  /** Without "by" the clause of the other end ends where the next one begins. */
  @Test
  void whatStandsAfterTheOtherEndIsNotOfIt() {
    ReceivedField field =
        ReceivedField.parse(
            "from pc ([192.0.2.7]) with ESMTP id REAL for <r@[192.0.2.99]>; " + DATE);
    assertEquals(List.of("192.0.2.7"), field.addresses());
    assertEquals("REAL", field.id());
    assertNull(field.by());
    field = ReceivedField.parse("id REAL with ESMTP for <r@[192.0.2.99]>; " + DATE);
    assertEquals("REAL", field.id());
    assertEquals(List.of(), field.addresses());
    assertNull(field.fromName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "from pc (a (b) by victim.example id FAKE) by mail.example.com id REAL|REAL",
        "from pc (a \\) by victim.example id FAKE) by mail.example.com id REAL|REAL",
        "from pc (a (b \\) c) by victim.example id FAKE) by mail.example.com id REAL|REAL",
        "from pc by mail.example.com (Postfix, id FAKE) with ESMTP|-",
        "from pc by mail.example.com (Postfix, id FAKE)|-",
        "from pc by mail.example.com (Postfix with ESMTP id REAL|REAL",
        "from pc by mail.example.com (a (b) with ESMTP id REAL|REAL",
      })
  void whatStandsInACommentIsNoWordOfTheServers(String text, String id) {
    for (String end : List.of("; " + DATE, "; " + DATE + " (UTC)")) {
      ReceivedField field = ReceivedField.parse(text + end);
      assertEquals("mail.example.com", field.by(), text);
      assertEquals(id, field.id(), text + end);
    }
  }

  @Test
  void publicSamplesReadAsTheirKeysSay() throws IOException {
    Path samples =
        Path.of(System.getProperty("whosent.root"), "../shared/public-samples/received-lines");
    Assumptions.assumeTrue(Files.isDirectory(samples), "runs beside the checkout only");
    List<String> wrong = new ArrayList<>();
    int total = 0;
    for (String set : List.of("stalwart", "spamassassin")) {
      List<String> lines = Files.readAllLines(samples.resolve(set).resolve("key.tsv"));
      List<String> names = List.of(lines.getFirst().split("\t", -1));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split("\t", -1);
        ReceivedField field = ReceivedField.parse(cells[names.indexOf("header")]);
        String id = cells[names.indexOf("id")];
        String by = cells[names.indexOf("by")];
        String ip = cells[names.indexOf("ip")];
        total++;
        if (!id.isEmpty() && !id.equals(field.id())
            || !by.isEmpty() && !by.equalsIgnoreCase(field.by())
            || !ip.isEmpty() && !field.addresses().contains(Addresses.canonical(ip))) {
          wrong.add(set + " id=" + id + " by=" + by + " ip=" + ip + "\n  " + field + "\n  " + line);
        }
      }
    }
    assertTrue(
        wrong.size() <= KEY_ODDITIES,
        total + " lines, " + wrong.size() + " wrong:\n" + String.join("\n", wrong));
  }

  @Test
  void neverThrows() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      String[] words = {
        "from",
        "by",
        "with",
        "id",
        "for",
        ";",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "\\",
        " ",
        "1.2.3.4",
        "::1",
        "a.b",
        "\u0000",
        "=",
        "Mon, 23 Nov 2026 15:52:48",
        "+9999",
        "99999999999:1:1",
        "\r\n\t"
      };
      for (int i = 0; i < 20_000; i++) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(40); n > 0; n--) {
          text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
        }
        try {
          ReceivedField.parse(text.toString());
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + text, e);
        }
      }
    }
  }
}
