package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalWriterTest {
  private static final String ENTRY =
      "{\"__REALTIME_TIMESTAMP\":\"1780308000000000\",\"_HOSTNAME\":\"mx\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"SYSLOG_PID\":\"7\",\"MESSAGE\":\"4B00A1C2D3:"
          + " client=c[192.0.2.7],"
          + " sasl_username=USER\",\"_TRANSPORT\":\"syslog\",\"_COMM\":\"WRITER\"}";
  private static final String VECTORS =
      "{\"timestamp\":\"2026-06-01T10:00:00Z\",\"host\":\"mx\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"SYSLOG_PID\":\"7\",\"message\":\"4B00A1C2D3:"
          + " client=c[192.0.2.7],"
          + " sasl_username=USER\",\"_TRANSPORT\":\"syslog\",\"_COMM\":\"WRITER\"}";
  private static final String FILEBEATS =
      "{\"@timestamp\":\"2026-06-01T10:00:00Z\",\"host\":{\"hostname\":\"mx\"},\"syslog\":{\"identifier\":\"postfix/smtpd\"},\"message\":\"4B00A1C2D3:"
          + " client=c[192.0.2.7],"
          + " sasl_username=USER\",\"systemd\":{\"transport\":\"syslog\"},\"process\":{\"pid\":7,\"name\":\"WRITER\"}}";

  /** As rsyslog's imjournal and {@code %jsonmesg%} wrote it (8.2302), some fields left out. */
  private static final String RSYSLOGS =
      "{ \"msg\": \"4B00A1C2D3: client=c[192.0.2.7], sasl_username=USER\", \"rawmsg\":"
          + " \"4B00A1C2D3: client=c[192.0.2.7], sasl_username=USER\", \"timereported\":"
          + " \"2026-06-01T10:00:00+00:00\", \"hostname\": \"mx\", \"syslogtag\":"
          + " \"postfix\\/smtpd[7]:\", \"inputname\": \"imjournal\", \"programname\": \"postfix\","
          + " \"procid\": \"7\", \"$!\": { \"_HOSTNAME\": \"mx\", \"_TRANSPORT\": \"syslog\","
          + " \"SYSLOG_IDENTIFIER\": \"postfix\\/smtpd\", \"SYSLOG_PID\": \"7\", \"_PID\": \"9\","
          + " \"_COMM\": \"WRITER\" } }";

  private static String entry(String form, String program, String user) {
    return form.replace("WRITER", program).replace("USER", user);
  }

  /** Python's {@code SysLogHandler} sends a text as it is: its beginning is taken for the tag. */
  @Test
  void aTextWithoutATagIsNotThePrograms() {
    for (String form : List.of(ENTRY, VECTORS, FILEBEATS, RSYSLOGS)) {
      String alice = "2026-06-01T10:00:00Z alice";
      assertEquals(
          List.of(alice, "nothing", "nothing", alice, alice),
          read(
              entry(form, "smtpd", "alice"),
              entry(form, "gunicorn", "victim"),
              entry(form, "smtpd-proxy", "victim"),
              entry(form, "rsyslogd", "alice"),
              entry(form, "", "alice")),
          form);
    }
  }

  /** What a unit prints has its identifier from systemd. */
  @Test
  void otherWaysNameTheProgramThemselves() {
    String printed = ENTRY.replace("\"syslog\"", "\"stdout\"");
    assertEquals(List.of("2026-06-01T10:00:00Z alice"), read(entry(printed, "busybox", "alice")));
  }

  @ParameterizedTest
  @CsvSource({
    "postfix/submission/smtpd,smtpd,true",
    "postfix-out/tlsproxy,tlsproxy,true",
    "postfix/trivial-rewrite,trivial-rewrite,true",
    "postfix/relay,smtp,true",
    "postfix/smtpd,master,true",
    "postfix/smtpd,logger,true",
    "postfix/policy-spf,perl,true",
    "postfix/smtpd,postgres,false",
    "mx/out/cleanup,perl,false",
    "postfix/smtpd,python3,false",
    "postfix/smtpd,postlog,true",
    "exim,exim4,true",
    "exim4,exim,true",
    "exim,sendmail,true",
    "exim,php-fpm8.2,false",
    "sm-mta,sendmail-mta,true",
    "sendmail,sm-mta,true",
    "sendmail,python3,false",
    "sm-mta,apache2,false",
    "smtpd,smtpd,true",
    "smtpd,node,false",
    "dovecot,log,true",
    "dovecot,submission-logi,true",
    "dovecot,ruby,false",
    "haraka,node-MainThread,true",
    "haraka,uwsgi,false",
    "rspamd,rspamd,true",
    "rspamd,python3,false",
    "webapp,python3,true"
  })
  void theKernelsNameIsOneThatTheServerHas(String identifier, String program, boolean may) {
    assertEquals(may, JournalWriter.mayBe(identifier, program));
  }

  @Test
  void whereNothingTellsItIsBelieved() {
    assertTrue(JournalWriter.mayBe("postfix/smtpd", null));
  }
}
