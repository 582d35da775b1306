package org.whosent.query.submit;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import org.whosent.msa.client.OutgoingMessage;

/** A small honest message that says what it is, for testing a site. Stateless. */
public final class ProbeMessage {
  private ProbeMessage() {}

  /**
   * A message that no other resembles.
   *
   * @param from of From and MAIL FROM
   * @param recipients of To and RCPT TO
   */
  public static OutgoingMessage make(String from, List<String> recipients, Instant now) {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    String mark = HexFormat.of().formatHex(random);
    String domain = from.substring(from.lastIndexOf('@') + 1);
    String text =
        String.join(
            "\r\n",
            "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)),
            "From: <" + from + ">",
            "To: " + String.join(",\r\n ", recipients.stream().map(r -> "<" + r + ">").toList()),
            "Subject: Test of the submission service " + mark,
            "Message-ID: <whosent-" + mark + "@" + domain + ">",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            "This message tests whether mail is accepted and can be traced to its sender.",
            "Nobody needs to answer it. Its mark is " + mark + ".",
            "");
    return new OutgoingMessage(from, recipients, text.getBytes(StandardCharsets.US_ASCII));
  }
}
