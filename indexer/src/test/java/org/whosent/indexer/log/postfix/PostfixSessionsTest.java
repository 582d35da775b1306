package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.text.LineBytes;

/** With whom a process speaks TLS, and until when. */
class PostfixSessionsTest {
  private static final String PC = "pc.example[192.0.2.7]";
  private static final String TLS =
      "TLS connection established from " + PC + ": TLSv1.3 with cipher AES-256_X (256/256 bits)";

  private final PostfixSessions sessions = new PostfixSessions(new Forgotten());

  private boolean read(String host, String process, String text) {
    return sessions.read(host, process, LineBytes.of("x" + text), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Anonymous ", "Untrusted ", "Trusted ", "Verified "})
  void whatASessionAgreedOn(String trust) {
    assertTrue(read("mail", "7", trust + TLS));
    PostfixSessions.Tls tls = sessions.of("mail", "7", PC);
    assertEquals("TLSv1.3", tls.version());
    assertEquals("AES-256_X", tls.cipher());
    assertNull(sessions.of("mail", "8", PC));
    assertNull(sessions.of("other", "7", PC));
    assertNull(sessions.of("mail", "7", "pc.example[192.0.2.8]"));
    assertNull(sessions.of("mail", "7", "pc2.example[192.0.2.7]"));
    assertNull(sessions.of("mail", "", PC));
  }

  @ParameterizedTest
  @CsvSource({
    PC + ":25,true",
    PC + " to mail.example,true",
    PC + ":465 to mail.example,true",
    PC + ":x,false",
    PC + ":123456,false",
    PC + ":,false",
    PC + " to ,false",
    PC + " x,false",
    "pc.example,false",
    "pc.example[192.0.2.7,false",
    "pc.example192.0.2.7],false",
    "[192.0.2.7],false",
    "pc.example[],false",
    "pc x[192.0.2.7],false",
  })
  void theClientAsItStands(String client, boolean reads) {
    assertEquals(reads, read("mail", "7", TLS.replace(PC, client)));
    assertEquals(reads, sessions.of("mail", "7", PC) != null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Selfmade TLS connection established from " + PC + ": TLSv1.3 with cipher X (256 bits)",
        "Trusted TLS connection established to " + PC + ": TLSv1.3 with cipher X (256 bits)",
        "TLS connection established from " + PC + ": TLSv1.3 with cipher X",
        "TLS connection established from " + PC + ": TLSv1.3 with cipher X/Y (256 bits)",
        "TLS connection established from " + PC + ": TLSv1/3 with cipher X (256 bits)",
        "TLS connection established from " + PC + ": TLSv1.3 without cipher X (256 bits)",
        "TLS connection established from " + PC + ": TLSv1.3.4.5.6.7.8.9 with cipher X (256 bits)",
        "TLS connection established from " + PC,
        "warning: " + TLS,
      })
  void whatIsNoHandshakeOfAClient(String text) {
    assertFalse(read("mail", "7", text));
    assertNull(sessions.of("mail", "7", PC));
    assertFalse(read("mail", "", TLS), "of which process");
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect from x[192.0.2.9]", "disconnect from x[192.0.2.9] ehlo=1"})
  void aProcessWithAnotherClientIsAnotherSession(String border) {
    assertTrue(read("mail", "7", border), "with nothing to forget");
    read("mail", "7", TLS);
    read("mail", "8", TLS);
    read("other", "7", TLS);
    assertTrue(read("mail", "7", border));
    assertNull(sessions.of("mail", "7", PC));
    assertEquals("TLSv1.3", sessions.of("mail", "8", PC).version());
    assertEquals("TLSv1.3", sessions.of("other", "7", PC).version());
  }

  @Test
  void aLaterHandshakeCounts() {
    read("mail", "7", TLS);
    read("mail", "7", TLS.replace("1.3", "1.2").replace(PC, "x[192.0.2.9]"));
    assertNull(sessions.of("mail", "7", PC));
    assertEquals("TLSv1.2", sessions.of("mail", "7", "x[192.0.2.9]").version());
  }
}
