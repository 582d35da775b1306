package org.whosent.indexer.log.kumomta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Lines of the shape that KumoMTA's {@code kumod/src/http_server/inject_v1.rs} makes. */
class KumoMtaReaderTest {
  private final Lines lines = new Lines("kumomta");

  private SubmissionRecord reception(String protocol, String meta) {
    return lines.one(
        """
        {"type":"Reception","id":"1d98076abbbc11ed940250ebf67f0021","sender":"app@example.com",\
        "recipient":"h@far.example","peer_address":{"name":"","addr":"192.0.2.3"},\
        "timestamp":1795600950,"created":1795600950,"meta":%s,"headers":{},\
        "reception_protocol":"%s"}\
        """
            .formatted(meta.replace('\'', '"'), protocol));
  }

  /** {@code authn_id} is asked for and empty, since no AUTH of SMTP's was there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'authn_id':null,'http_auth':'app1'} | AUTHENTICATED | app1",
        "{'http_auth':'shop@example.com'} | AUTHENTICATED | shop@example.com",
        "{'authn_id':'set@example.com','http_auth':'app1'} | AUTHENTICATED | set@example.com",
        "{'authn_id':null,'http_auth':'Bearer'} | AUTHENTICATED |",
        "{'authn_id':null,'http_auth':'192.0.2.3'} | UNAUTHENTICATED |",
        "{'authn_id':null,'http_auth':'2001:db8::3'} | UNAUTHENTICATED |",
        "{'authn_id':null,'http_auth':null} | |",
        "{'authn_id':null} | |",
        "{'authn_id':null,'http_auth':'id=[app1, app2]'} | |",
        "{'authn_id':null,'http_auth':'kumomta.internal'} | |",
        "{} | |",
      })
  void whoInjectedByHttpIsInAKeyOfItsOwn(String meta, Origin origin, String user) {
    SubmissionRecord record = reception("HTTP", meta);
    assertEquals(origin, record.origin());
    assertEquals(user, record.user());
  }

  /** Where SMTP took it, a key by that name is whatever the site's policy made of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'authn_id':null,'http_auth':'app1'} | UNAUTHENTICATED",
        "{'http_auth':'app1'} |",
      })
  void itSaysNothingOfSmtp(String meta, Origin origin) {
    SubmissionRecord record = reception("ESMTP", meta);
    assertEquals(origin, record.origin());
    assertEquals(null, record.user());
  }

  /** Since 2025.10.06 TLS of the reception is logged as that of a delivery is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TLSv1_3 | TLS13_AES_256_GCM_SHA384 | TLSv1.3 | TLS13_AES_256_GCM_SHA384",
        "TLSv1.2 | ECDHE-RSA-AES256-GCM-SHA384 | TLSv1.2 | ECDHE-RSA-AES256-GCM-SHA384",
        "TLSv1.3, x=TLSv1.2 | A B | |",
      })
  void tlsOfAReception(String version, String cipher, String tlsVersion, String tlsCipher) {
    String tls = "ESMTP\",\"tls_protocol_version\":\"" + version + "\",\"tls_cipher\":\"" + cipher;
    SubmissionRecord record = reception(tls, "{'authn_id':'bob'}");
    assertEquals(tlsVersion, record.tlsVersion());
    assertEquals(tlsCipher, record.tlsCipher());
    assertEquals("ESMTP", record.protocol());
    assertEquals("bob", record.user());
  }

  /** That of a delivery is the next hop's. */
  @Test
  void tlsOfADeliveryIsNotTheClients() {
    SubmissionRecord record =
        lines.one(
            """
            {"type":"Delivery","id":"1d98076abbbc11ed940250ebf67f0021","sender":"app@example.com",\
            "recipient":"h@far.example","timestamp":1795600950,"created":1795600950,\
            "response":{"code":250,"content":"OK"},"tls_protocol_version":"TLSv1.3",\
            "tls_cipher":"TLS_AES_256_GCM_SHA384"}\
            """);
    assertNull(record.tlsVersion());
    assertNull(record.tlsCipher());
  }

  /** Records of messages that wait or move, which may be most of a file's first lines. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Reception", "Delayed", "DeferredInjectionRebind", "AdminRebind", "XferIn"})
  void whateverHappenedIsARecord(String type) {
    String line =
        """
        {"type":"%s","id":"1d98076abbbc11ed940250ebf67f0021","sender":"app@example.com",\
        "recipient":"h@far.example","queue":"far.example","site":"","timestamp":1795600950}\
        """
            .formatted(type);
    assertTrue(new KumoMtaSource().recognises(line));
    assertFalse(new KumoMtaSource().recognises(line.replace(type, type + 'x')));
    assertEquals(type.equals("Reception") ? LineKind.USED : LineKind.KNOWN, lines.read(line));
  }

  /**
   * KumoMTA gives as the command what the client answered to AUTH PLAIN, and its own reply as
   * {@code 535 5.7.8 AUTH invalid} ({@code smtp_server.rs}).
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~bob@example.com~secret | 535 | bob@example.com",
        "admin~bob~s | 535 | bob",
        "x~b^ob^~ | 535 | b?ob?",
        "~~ | 535 |",
      })
  void theNameInAFailedLogin(String answer, int code, String login) {
    LineKind kind = rejected(code, base64(answer));
    assertEquals(LineKind.USED, kind);
    assertEquals(login, lines.failures.getFirst().login());
    assertEquals("PLAIN", lines.failures.getFirst().mechanism());
    assertEquals("203.0.113.9", lines.failures.getFirst().client());
    assertEquals("AUTH invalid", lines.failures.getFirst().reason());
    assertFalse(lines.failures.toString().contains("secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~bob~s | 550",
        "~bob~s | 501",
        "~bob~s~ | 535",
        "~bob | 535",
        "bob | 535",
      })
  void whatIsNoAnswerToAuth(String answer, int code) {
    assertEquals(LineKind.KNOWN, rejected(code, base64(answer)));
    assertEquals(1, lines.refusals);
    assertEquals(List.of(), lines.failures);
  }

  @Test
  void otherRejections() {
    rejected(550, "RCPT TO:<bob@example.com>");
    rejected(535, "MAIL FROM:<bob@example.com>");
    rejected(535, "!!!!");
    assertEquals(3, lines.refusals);
    assertEquals(LineKind.USED, rejected(501, "AUTH PLAIN"));
    assertNull(lines.failures.getFirst().login());
    assertEquals("PLAIN", lines.failures.getFirst().mechanism());
  }

  private static String base64(String answer) {
    String text = answer.replace('~', '\0').replace('^', '\t');
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private LineKind rejected(int code, String command) {
    return lines.read(
        """
        {"type":"Rejection","id":"","sender":"","recipient":"","queue":"","site":"","size":0,\
        "response":{"code":%d,"enhanced_code":{"class":5,"subject":7,"detail":8},\
        "content":"AUTH invalid","command":"%s"},"peer_address":{"name":"pc","addr":\
        "203.0.113.9"},"timestamp":1795600950,"created":1795600950,"meta":{},"headers":{}}\
        """
            .formatted(code, command));
  }
}
