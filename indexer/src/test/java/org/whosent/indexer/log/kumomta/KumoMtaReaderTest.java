package org.whosent.indexer.log.kumomta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
}
