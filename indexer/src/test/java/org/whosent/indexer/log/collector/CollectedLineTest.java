package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectedLineTest {
  private static final String TEXT = "4XyZ0001: client=c[192.0.2.7], sasl_username=alice";
  private static final String LINE = "Nov 26 10:00:00 mail postfix/smtpd[12]: " + TEXT;
  private static final String ISO = "2026-11-26T10:00:00.123456Z mail postfix/smtpd[12]: " + TEXT;

  /** Filebeat, Logstash, Elasticsearch, Loki, Fluent Bit's tail, GELF, rsyslog, CloudWatch. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'@timestamp':'2026-11-26T10:00:05.000Z','@metadata':{'beat':'filebeat'},'message':'LINE','log':{'offset':1,'file':{'path':'/var/log/mail.log'}},'host':{'name':'collector'}}",
        "{'@timestamp':'2026-11-26T10:00:05.000Z','@version':'1','message':'LINE','host':'collector','path':'/var/log/mail.log'}",
        "{'@timestamp':'2026-11-26T10:00:00.000Z','event':{'original':'LINE'},'process':{'name':'postfix/smtpd','pid':12},'message':'TEXT','host':{'hostname':'mail'}}",
        "{'_index':'logs-1','_id':'a','_score':1.5,'_source':{'@timestamp':'2026-11-26T10:00:05.000Z','message':'LINE'}}",
        "{'labels':{'filename':'/var/log/mail.log','job':'mail'},'line':'LINE','timestamp':'2026-11-26T10:00:05.123456789Z'}",
        "{'date':1764151200.123456,'log':'LINE'}",
        "{'timestamp':1764151200123,'message':'LINE\\n"
            + "','ingestionTime':1764151201000,'eventId':'3','logStreamName':'mail'}",
        "{'msg':'"
            + " TEXT','rawmsg':'LINE','hostname':'mail','syslogtag':'postfix/smtpd[12]:','programname':'postfix'}",
        "{'msg':' TEXT','rawmsg':'LINE','hostname':'mail','programname':'postfix'}",
        "{'message':'LINE','program':'postfix/smtpd','pid':'12','logsource':'mail','timestamp':'Nov"
            + " 26 10:00:00'}",
      })
  void aLineWithItsHeaderIsTakenAsItWas(String json) {
    assertEquals(LINE, CollectedLine.of(json(json)));
  }

  /** The same daemons where the header was taken apart. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'@timestamp':'STAMP','host':{'hostname':'mail'},'process':{'name':'postfix/smtpd','pid':12},'message':'TEXT'}",
        "{'@timestamp':'STAMP','host':'mail','severity':'info','facility':'mail','tag':'postfix/smtpd[12]:','message':'"
            + " TEXT'}",
        "{'version':'1.1','host':'mail','short_message':'TEXT','timestamp':1795687200.123456,'level':6,'_application_name':'postfix/smtpd','_process_id':'12'}",
        "{'version':'1.1','timestamp':1795687200.123456,'short_message':'TEXT','level':6,'host':'mail','_unix':{'pid':'1'},'_program':'postfix/smtpd','_pid':12,'_facility':'mail'}\0",
        "{'PROGRAM':'postfix/smtpd','PRIORITY':'info','PID':'12','MESSAGE':'TEXT','HOST':'mail','FACILITY':'mail','ISODATE':'STAMP'}",
        "{'appname':'postfix/smtpd','facility':'mail','hostname':'mail','message':'TEXT','procid':12,'severity':'info','source_type':'syslog','timestamp':'STAMP'}",
        "{'date':1795687200.123456,'pri':'22','host':'mail','ident':'postfix/smtpd','pid':'12','message':'TEXT'}",
      })
  void aHeaderThatWasTakenApartIsPutTogether(String json) {
    assertEquals(ISO, CollectedLine.of(json(json)));
  }

  @Test
  void aTraditionalStampStaysOne() {
    assertEquals(
        LINE,
        CollectedLine.of(
            json(
                "{'time':'Nov 26"
                    + " 10:00:00','host':'mail','ident':'postfix/smtpd','pid':'12','message':'TEXT'}")));
  }

  /** rsyslog's {@code programname} ends before the slash; which daemon it was is not said. */
  @Test
  void aNameThatWasCutIsSaidToBeOne() {
    assertEquals(
        "<22>1 2026-11-26T10:00:00.123456Z mail postfix-out 12 - - " + TEXT,
        CollectedLine.of(
            json(
                "{'@timestamp':'STAMP','@version':'1','message':'"
                    + " TEXT','sysloghost':'mail','severity':'info','facility':'mail','programname':'postfix-out','procid':'12'}")));
    assertEquals(
        "2026-11-26T10:00:00.123456Z mail postfixadmin[12]: " + TEXT,
        CollectedLine.of(
            json(
                "{'@timestamp':'STAMP','message':'TEXT','sysloghost':'mail','programname':'postfixadmin','procid':'12'}")));
  }

  /** What a stranger made another program log is that program's text. */
  @Test
  void aTextThatLooksLikeALineOfAnotherProgramIsNone() {
    assertEquals(
        "2026-11-26T10:00:00.123456Z mail webapp[9]: " + LINE,
        CollectedLine.of(
            json(
                "{'timestamp':'STAMP','hostname':'mail','appname':'webapp','procid':9,'message':'LINE'}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'message':'LINE','message':'LINE'}",
        "{'message':'TEXT'}",
        "{'message':'TEXT','hostname':'mail','timestamp':'STAMP'}",
        "{'message':'TEXT','appname':'postfix/smtpd','hostname':'mail'}",
        "{'message':'TEXT','appname':'postfix/smtpd: x','hostname':'mail','timestamp':'STAMP'}",
        "{'message':['LINE'],'appname':'postfix/smtpd'}",
        "{'message':'TEXT','appname':'postfix/smtpd','timestamp':1e300}",
        "{'message':'TEXT','appname':'postfix/smtpd','timestamp':'yesterday'}",
        "{'timestamp':'STAMP','level':'INFO','logger':'x','message':'smtp','mdc':{'user':'alice'}}",
        "{'type':'Reception','id':'a','timestamp':1795687200,'sender':'a@x'}",
        "{'message':'LINE'} {'message':'LINE'}",
        "{",
        "[]",
      })
  void whatIsNotCertainIsNoLine(String json) {
    assertNull(CollectedLine.of(json(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999",
        "-1e999",
        "1e308",
        "-1e308",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999999999",
        "1e999999999",
        "123456789012345678901234567890123456789",
        "true",
        "null",
        "[1]",
        "{}"
      })
  void aTimeThatIsNoneMakesItNoLine(String time) {
    String parts = "'hostname':'mail','appname':'postfix/smtpd','procid':12,'message':'TEXT'}";
    assertNull(CollectedLine.of(json("{'timestamp':" + time + ',' + parts)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noiseNeverThrowsAndNeverNamesAnotherProgram(long seed) {
    Random random = new Random(seed);
    String whole =
        json(
            "{'timestamp':'STAMP','hostname':'mail','appname':'webapp','procid':9,'message':'LINE'}");
    for (int round = 0; round < 20_000; round++) {
      StringBuilder line = new StringBuilder(whole);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = whole.indexOf("message") + 10; // in the text
        line.insert(
            Math.min(line.length(), at + random.nextInt(20)),
            "\u0000\u001b,:{}[]'ü".charAt(random.nextInt(9)));
      }
      String read = CollectedLine.of(line.toString());
      if (read != null) {
        assertEquals(true, read.startsWith("2026-11-26T10:00:00.123456Z mail webapp[9]: "), read);
      }
    }
  }

  private static String json(String template) {
    return template
        .replace('\'', '"')
        .replace("LINE", LINE)
        .replace("TEXT", TEXT)
        .replace("STAMP", "2026-11-26T10:00:00.123456Z");
  }
}
