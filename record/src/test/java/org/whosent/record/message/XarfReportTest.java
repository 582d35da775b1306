package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What of a report in JSON becomes a field, what becomes the reported message, and what neither.
 */
class XarfReportTest {
  private static final String MESSAGE = "Received: by a id b\nMessage-ID: <1@x>\n\ntext\n";

  private static Report open(String json) throws IOException {
    return Carriers.open(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String four(String more) {
    return "{\"xarf_version\": \"4.2.0\", \"type\": \"spam\"%s}".formatted(more);
  }

  private static String three(String more) {
    return "{\"Version\": \"3\", \"Report\": {\"ReportClass\": \"Activity\"%s}}".formatted(more);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String evidence(String type, String payload) {
    return ", \"evidence\": [{\"content_type\": \"%s\", \"payload\": \"%s\"}]"
        .formatted(type, payload);
  }

  private static List<String> fields(String json) throws IOException {
    Report report = open(json);
    assertEquals(Report.Shape.ARF, report.shape(), json);
    return all(report.fields());
  }

  private static List<String> all(Headers headers) {
    return headers.fields().stream().map(f -> f.name() + "=" + f.value()).toList();
  }

  /** The header of each reported message, with its extent. */
  private static List<String> inside(String json) throws IOException {
    Report report = open(json);
    assertEquals(Report.Shape.ARF, report.shape(), json);
    return report.inside().stream()
        .map(one -> one.extent() + " " + String.join(", ", all(one.message().headers())))
        .toList();
  }

  @Test
  void itsFieldsAreThoseOfRfc5965() throws IOException {
    Map<String, String> names =
        Map.of(
            "smtp_from", "Original-Mail-From",
            "smtp_to", "Original-Rcpt-To",
            "source_identifier", "Source-IP",
            "timestamp", "Arrival-Date",
            "reporting_mta", "Reporting-MTA");
    for (Map.Entry<String, String> name : names.entrySet()) {
      assertEquals(
          List.of(name.getValue() + "=v w"),
          fields(four(", \"%s\": \" v\\r\\n\\u0000w \"".formatted(name.getKey()))));
    }
    Map<String, String> older =
        Map.of(
            "SmtpMailFromAddress", "Original-Mail-From",
            "SmtpRcptToAddress", "Original-Rcpt-To",
            "SourceIp", "Source-IP",
            "Date", "Arrival-Date");
    for (Map.Entry<String, String> name : older.entrySet()) {
      assertEquals(
          List.of(name.getValue() + "=v"),
          fields(three(", \"%s\": \"v\"".formatted(name.getKey()))));
    }
    assertEquals(
        List.of("Source-IP=" + "x".repeat(2000)),
        fields(four(", \"source_identifier\": \"" + "x".repeat(2001) + "\"")));
    // Only the report's own: not those of an object in it, nor a list, nor a number.
    assertEquals(
        List.of(),
        fields(
            four(
                ", \"reporter\": {\"smtp_from\": \"a@b\", \"timestamp\": \"x\"},"
                    + " \"tags\": [\"smtp_to\", {\"smtp_to\": \"c@d\"}], \"smtp_to\": 7,"
                    + " \"smtp_from\": null, \"other\": \"x\"")));
  }

  @Test
  void theVersionsThatAreRead() throws IOException {
    for (String known :
        List.of(
            four(""),
            "{\"xarf_version\": 4}",
            " \n\t{\"xarf_version\": \"4\"}",
            three(""),
            "{\"Report\": {}, \"Version\": 3}",
            "{\"Report\": {\"Version\": \"3.1\"}}")) {
      assertEquals(Report.Shape.ARF, open(known).shape(), known);
    }
    for (String none :
        List.of(
            "{}",
            "{\"xarf_version\": \"5\"}",
            "{\"xarf_version\": \"3\"}",
            "{\"xarf_version\": \"14\"}",
            "{\"xarf_version\": true}",
            "{\"Version\": \"3\"}",
            "{\"Version\": \"4\", \"Report\": {}}",
            "{\"Version\": \"3\", \"Report\": []}",
            "{\"Version\": \"3\", \"Report\": \"x\"}",
            "{\"Version\": \"4\", \"xarf_version\": \"3\"}",
            "[" + four("") + "]",
            "x" + four(""),
            "\"" + "xarf_version 4" + "\"",
            four("").substring(0, 30),
            "{\"x\": {\"xarf_version\": \"4\"}}")) {
      assertTrue(open(none).shape() != Report.Shape.ARF, none);
    }
  }

  @Test
  void itsEvidenceIsTheMessage() throws IOException {
    String header = "Received=by a id b, Message-ID=<1@x>";
    String plain = MESSAGE.replace("\n", "\\n");
    for (String type : List.of("message/rfc822", "Message/RFC822 ; x=y", "message/global")) {
      for (String payload : List.of(base64(MESSAGE), plain)) {
        assertEquals(
            List.of("WHOLE " + header), inside(four(evidence(type, payload))), type + payload);
      }
    }
    for (String type : List.of("text/rfc822-headers", "message/rfc822-headers")) {
      assertEquals(List.of("HEADER " + header), inside(four(evidence(type, base64(MESSAGE)))));
    }
    for (String type : List.of("text/plain", "text/x; charset=y")) {
      assertEquals(
          List.of("QUOTED " + header),
          inside(four(evidence(type, base64("It said:\n> " + MESSAGE.replace("\n", "\n> "))))));
      assertEquals(List.of(), inside(four(evidence(type, base64("It said nothing\n")))));
    }
    for (String type : List.of("", "image/png", "application/octet-stream")) {
      assertEquals(List.of(), inside(four(evidence(type, base64(MESSAGE)))), type);
    }
    assertEquals(List.of(), inside(four(evidence("message/rfc822", base64("no message\n")))));
    assertEquals(List.of(), inside(four(evidence("message/rfc822", ""))));
  }

  @Test
  void evidenceOfAllSorts() throws IOException {
    String one = "{\"content_type\": \"message/rfc822\", \"payload\": \"" + base64(MESSAGE) + "\"}";
    String two = one.replace(base64(MESSAGE), base64(MESSAGE.replace("<1", "<2")));
    String first = "WHOLE Received=by a id b, Message-ID=<1@x>";
    String second = first.replace("<1", "<2");
    assertEquals(
        List.of(first, second),
        inside(
            four(
                ", \"evidence\": [1, \"x\", [%s], %s, {\"content_type\": 3, \"payload\": \"x\"},"
                        .formatted(one, one)
                    + " {\"payload\": [{}], \"content_type\": \"message/rfc822\"}, %s]"
                        .formatted(two))));
    // Of version 3, with the names that it has.
    String sample =
        one.replace("content_type", "ContentType").replace("\"payload\"", "\"Payload\"");
    assertEquals(List.of(first), inside(three(", \"Samples\": [" + sample + "]")));
    assertEquals(List.of(), inside(four(", \"evidence\": " + one)));
    assertEquals(
        100, inside(four(", \"evidence\": [" + (one + ",").repeat(100) + two + "]")).size());
    assertTrue(
        inside(four(", \"evidence\": [" + (one + ",").repeat(100) + two + "]")).stream()
            .allMatch(first::equals));
  }

  /** Base64 as the format has it, cut off, or no base64 at all. */
  @Test
  void payloadsAsTheyAreWritten() throws IOException {
    String header = "Received=by a id b, Message-ID=<1@x>";
    String encoded = base64(MESSAGE);
    String wrapped = encoded.substring(0, 20) + "\\r\\n " + encoded.substring(20);
    assertEquals(List.of("WHOLE " + header), inside(four(evidence("message/rfc822", wrapped))));
    // How many letters of base64 a text happens to have is no matter.
    for (String more : List.of("", "a", "aa", "aaa")) {
      String text = MESSAGE.replace("text", "text" + more).replace("\n", "\\n");
      assertEquals(List.of("WHOLE " + header), inside(four(evidence("message/rfc822", text))));
    }
    String umlaut = "Message-ID:\\n\\n\\u00e9";
    assertEquals(
        "\u00e9",
        open(four(evidence("message/rfc822", umlaut)))
            .inside()
            .getFirst()
            .message()
            .text()
            .strip());
    // Letters and digits that are no base64 are the text themselves.
    assertEquals(List.of(), inside(four(evidence("message/rfc822", "QUJD="))));
  }

  /** Without the message its Message-ID, sender, recipient and subject stand for its header. */
  @Test
  void theHeaderThatItsFieldsMake() throws IOException {
    String id = ", \"message_id\": \"<9@x>\"";
    String rest = ", \"subject\": \"s\", \"smtp_to\": \"c@d\", \"smtp_from\": \"a@b\"";
    assertEquals(List.of("HEADER Message-ID=<9@x>"), inside(four(id)));
    assertEquals(
        List.of("HEADER Message-ID=<9@x>, From=a@b, To=c@d, Subject=s"), inside(four(rest + id)));
    assertEquals(
        List.of("HEADER Message-ID=<9@x>, Subject=s"),
        inside(four(id + ", \"subject\": \"s\", \"smtp_to\": \" \", \"smtp_from\": \"\"")));
    // One line is one field, whatever it says; of two the first counts.
    assertEquals(
        List.of("HEADER Message-ID=<9@x> Received: by mail.example.com id X"),
        inside(four(", \"message_id\": \"<9@x>\\r\\nReceived: by mail.example.com id X\"" + id)));
    assertEquals(
        List.of("HEADER Message-ID=<9@x>, From=a@b, To=c@d, Subject=s"),
        inside(
            three(
                ", \"SmtpMessageId\": \"<9@x>\", \"SmtpMailFromAddress\": \"a@b\","
                    + " \"SmtpRcptToAddress\": \"c@d\", \"SmtpMessageSubject\": \"s\"")));
    // It gives way to the message.
    assertEquals(
        List.of("WHOLE Received=by a id b, Message-ID=<1@x>"),
        inside(four(id + evidence("message/rfc822", base64(MESSAGE)))));
    assertEquals(List.of(), inside(four(rest)));
    for (String blank : List.of("", " ", "\\n")) {
      assertEquals(List.of(), inside(four(rest + ", \"message_id\": \"" + blank + "\"")));
    }
  }

  @Test
  void inAMailItsShellIsTheMail() throws IOException {
    String mail =
        "From: r@far.example\nMessage-ID: <c@far>\nContent-Type: multipart/mixed; boundary=b\n\n"
            + "--b\n\nSee.\n--b\nContent-Type: application/json\n\n{\"not\": \"it\"}\n"
            + "--b\nContent-Type: application/json\n\n%s\n--b--\n";
    Report report = open(mail.formatted(four(evidence("message/rfc822", base64(MESSAGE)))));
    assertEquals(Report.Shape.ARF, report.shape());
    assertEquals("<c@far>", report.outer().headers().first("Message-ID").orElseThrow());
    assertEquals(1, report.inside().size());
    Report none = open(mail.formatted("{\"xarf_version\": \"7\"}"));
    assertEquals(Report.Shape.MESSAGE, none.shape());
    Report alone = open(four(""));
    assertEquals(Headers.NONE.fields(), alone.outer().headers().fields());
  }
}
