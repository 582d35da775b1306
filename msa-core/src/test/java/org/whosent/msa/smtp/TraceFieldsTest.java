package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.whosent.record.message.MailDate;

/** What a client can make our Received field say: nothing but a name in its place. */
class TraceFieldsTest {
  private static String received(String helo, String client, String recipient) throws Exception {
    return TraceFields.received(
        helo,
        InetAddress.getByName(client),
        "msa.example",
        "ESMTPSA",
        "0123456789ABCDEFGHJKMNPQRS",
        recipient == null ? null : MailPath.forward(recipient),
        Instant.parse("2026-11-23T12:00:00Z"));
  }

  @Test
  void form() throws Exception {
    String field = received("client.example", "2001:db8::1", "<a@b.example>");
    assertTrue(
        field.startsWith(
            "Received: from client.example ([IPv6:2001:db8::1])\r\n\tby msa.example (Whosent) with"
                + " ESMTPSA id 0123456789ABCDEFGHJKMNPQRS\r\n\tfor <a@b.example>;\r\n\t"),
        field);
    String date = field.substring(field.lastIndexOf('\t') + 1).strip();
    assertEquals(Optional.of(Instant.parse("2026-11-23T12:00:00Z")), MailDate.parse(date), date);
  }

  @Test
  void hostileNames() throws Exception {
    for (String helo :
        new String[] {
          "x(by", "a;b", "id=1", "[1.2.3.4](x)", "x)by", "\"x\"", "<a@b>", "a_b", "[not]", "-", "."
        }) {
      String field = received(helo, "192.0.2.1", null);
      assertTrue(field.startsWith("Received: from [192.0.2.1] ([192.0.2.1])\r\n"), field);
    }
    assertTrue(
        received("[10.0.0.1]", "192.0.2.1", null).startsWith("Received: from [10.0.0.1] ([192."));
    for (String recipient : new String[] {"<\"a;b\"@c.example>", "<postmaster>"}) {
      assertTrue(!received("x", "192.0.2.1", recipient).contains("for "), recipient);
    }
  }
}
