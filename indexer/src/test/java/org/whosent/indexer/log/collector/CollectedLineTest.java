package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        "{'Computer':'aks-node-1','ContainerName':'mail','LogMessage':'LINE','LogSource':'stdout','PodName':'mail-0','TimeGenerated':'2026-11-26T10:00:05.1234567Z','Type':'ContainerLogV2'}",
        "{'timestamp':1764151200123,'message':'LINE\\n"
            + "','ingestionTime':1764151201000,'eventId':'3','logStreamName':'mail'}",
        "{'msg':'"
            + " TEXT','rawmsg':'LINE','hostname':'mail','syslogtag':'postfix/smtpd[12]:','programname':'postfix'}",
        "{'msg':' TEXT','rawmsg':'LINE','hostname':'mail','programname':'postfix'}",
        "{'message':'LINE','program':'postfix/smtpd','pid':'12','logsource':'mail','timestamp':'Nov"
            + " 26 10:00:00'}",
        "{'@timestamp':'2026-11-26T10:00:00.000Z','message':['LINE','TEXT'],'program':'postfix/smtpd','pid':'12','host':'mail'}",
      })
  void aLineWithItsHeaderIsTakenAsItWas(String json) {
    assertEquals(LINE, CollectedLine.of(json(json)));
  }

  /** Filebeat's module for Exchange ships rows as they are. */
  @Test
  void aRowOfCsvIsALine() {
    String row = "2026-11-25T13:34:00.000Z,EX1\\Default EX1,08DC,0,10.0.0.2:25,192.0.2.7:25,+,,";
    String fields = "#Fields: date-time,connector-id,session-id";
    String json = "{'@timestamp':'2026-11-26T10:00:05.000Z','log':{'offset':1},'message':'ROW'}";
    assertEquals(row, CollectedLine.of(json(json.replace("ROW", row.replace("\\", "\\\\")))));
    assertEquals(fields, CollectedLine.of(json(json.replace("ROW", fields))));
    assertNull(CollectedLine.of(json(json.replace("ROW", "#Software: Microsoft Exchange"))));
    assertNull(
        CollectedLine.of(
            json("{'program':'su','message':'2026-11-25T13:34:00.000Z,EX1,08DC,0,+,,'}")));
  }

  /** James on a container's standard output, KumoMTA's segments. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'@timestamp':'STAMP','message':'OBJECT','log':{'file':{'path':'/var/log/kumomta/1'}}}",
        "{'@timestamp':'STAMP','message':'OBJECT','container':{'name':'james'}}",
        "{'@timestamp':'STAMP','log':'OBJECT','kubernetes':{'container_name':'james'}}",
        "{'date':1795687200.5,'log':'OBJECT'}",
        "{'labels':{'job':'james'},'line':'OBJECT','timestamp':'STAMP'}",
        "{'timestamp':1764151200123,'message':'OBJECT','ingestionTime':1764151201000}",
        "{'textPayload':'OBJECT','timestamp':'STAMP'}",
        "{'ContainerName':'james','LogMessage':'OBJECT','TimeGenerated':'STAMP'}",
        "{'result':{'_raw':'OBJECT','_time':'STAMP'}}",
        "{'file':'/var/log/kumomta/1','host':'box','message':'OBJECT','source_type':'file'}",
      })
  void anObjectIsALine(String json) {
    String line = "{\"type\":\"Reception\",\"id\":\"1\"}";
    assertEquals(line, CollectedLine.of(json(json).replace("OBJECT", line.replace("\"", "\\\""))));
  }

  /** Of several containers in one export one counts. */
  @Test
  void azuresTableNamesTheContainer() {
    String row =
        "{'Computer':'aks-node-1','ContainerName':'mail','LogMessage':'LINE','TimeGenerated':'STAMP'}";
    assertEquals("mail", CollectedLine.container(json(row)));
  }

  /** A line without a header: the time is the collector's, of seven digits. */
  @Test
  void azuresTableHasTheTimeOfABareLine() {
    String row =
        "{'Computer':'aks-node-1','ContainerName':'mail','LogMessage':'postfix/smtpd[12]:"
            + " TEXT','TimeGenerated':'2026-11-26T10:00:05.1234567Z'}";
    assertEquals(
        "2026-11-26T10:00:05.1234567Z aks-node-1 postfix/smtpd[12]: " + TEXT,
        CollectedLine.of(json(row)));
  }

  /** What a server or another program says itself, perhaps in a stranger's words. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'timestamp':'STAMP','level':'INFO','logger':'x','message':'OBJECT'}",
        "{'SYSLOG_IDENTIFIER':'app','log':'OBJECT','date':1795687200.5}",
        "{'date':1795687200.5,'log':'says OBJECT'}",
        "{'date':1795687200.5,'log':'OBJECT and more'}",
      })
  void anObjectThatNobodyCollectedIsNone(String json) {
    String found =
        CollectedLine.of(json(json).replace("OBJECT", "{\\\"type\\\":\\\"Reception\\\"}"));
    assertTrue(found == null || !found.startsWith("{"), found);
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
        "{'PROGRAM':'postfix/smtpd','PID':'12','MESSAGE':'TEXT','HOST':'mail','ISODATE':'2026-11-26T10:00:00,123456Z'}",
        "{'appname':'postfix/smtpd','facility':'mail','hostname':'mail','message':'TEXT','procid':12,'severity':'info','source_type':'syslog','timestamp':'STAMP'}",
        "{'date':1795687200.123456,'pri':'22','host':'mail','ident':'postfix/smtpd','pid':'12','message':'TEXT'}",
        // journald's entries, as Vector, Fluent Bit, fluentd and Filebeat pass them on
        "{'PRIORITY':'6','SYSLOG_IDENTIFIER':'postfix/smtpd','SYSLOG_PID':'12','_COMM':'smtpd','_PID':'12','__REALTIME_TIMESTAMP':'1795687200123460','host':'mail','message':'TEXT','source_type':'journald','timestamp':'STAMP'}",
        "{'date':1795687200.123456,'SYSLOG_IDENTIFIER':'postfix/smtpd','SYSLOG_PID':'12','_PID':'12','_HOSTNAME':'mail','_SOURCE_REALTIME_TIMESTAMP':'1795687200123450','MESSAGE':'TEXT'}",
        "{'syslog_identifier':'postfix/smtpd','syslog_pid':'12','hostname':'mail','message':'TEXT','time':1795687200.123456}",
        "{'@timestamp':'STAMP','message':'TEXT','host':{'hostname':'mail'},'syslog':{'identifier':'postfix/smtpd','pid':12},'process':{'pid':12,'name':'smtpd'}}",
        "{'@timestamp':'STAMP','message':'TEXT','host':{'hostname':'mail'},'log':{'syslog':{'appname':'postfix/smtpd','procid':12}},'process':{'pid':7,'name':'smtpd'}}",
        "{'SYSLOG_IDENTIFIER':'postfix/smtpd','_PID':'12','HOSTNAME':'mail','MESSAGE':'TEXT','_SOURCE_REALTIME_TIMESTAMP':'1795687200123456'}",
        "{'labels':{'hostname':'mail','syslog_identifier':'postfix/smtpd'},'pid':12,'line':'TEXT','timestamp':'STAMP'}",
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

  /** syslog-ng's S_UNIXTIME, as mailcow keeps it in Redis: no host, no process ID. */
  @ParameterizedTest
  @CsvSource({
    "1795687200,2026-11-26T10:00:00.000000Z",
    "1795687200.5,2026-11-26T10:00:00.500000Z",
    "1795687200123,2026-11-26T10:00:00.123000Z",
    "1795687200123456,2026-11-26T10:00:00.123456Z",
    "1795687200123456789,2026-11-26T10:00:00.123457Z",
  })
  void aTimeIsCountedInSecondsOrPartsOfThem(String time, String stamp) {
    assertEquals(
        stamp + " - postfix/smtpd: " + TEXT,
        CollectedLine.of(
            json(
                "{'time':'"
                    + time
                    + "','priority':'info','program':'postfix/smtpd','message':'TEXT'}")));
  }

  /** The executable's name beside journald's is not the program that the entry names. */
  @Test
  void whoOnlyCallsItsExecutableSoIsAnother() {
    assertEquals(
        "2026-11-26T10:00:00.123456Z mail webapp[9]: " + TEXT,
        CollectedLine.of(
            json(
                "{'@timestamp':'STAMP','host':{'hostname':'mail'},'syslog':{'identifier':'webapp','pid':9},'process':{'name':'postfix/smtpd'},'message':'TEXT'}")));
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

  /**
   * rsyslog's {@code mmjsonparse} and {@code $!all-json} put what a text says beside what rsyslog
   * says: a text behind {@code @cee:} chooses the names of its fields.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'programname':'webapp','procid':'9','PROGRAM':'postfix/smtpd'",
        "'programname':'webapp','procid':'9','syslogtag':'postfix/smtpd[12]:'",
        "'programname':'webapp','SYSLOG_IDENTIFIER':'postfix/smtpd'",
        "'syslogtag':'webapp[9]:','program':'postfix/smtpd'",
        "'tag':'webapp[9]:','syslogtag':'postfix/smtpd[12]:'",
        "'tag':'webapp:','ident':'postfix/smtpd'",
        "'process':{'name':'webapp'},'ident':'postfix/smtpd'",
        "'_program':'webapp','ident':'postfix/smtpd'",
        "'appname':'postfix/smtpd','app_name':'webapp'",
      })
  void ofSeveralProgramsThatAreNamedNoneIsBelieved(String names) {
    String json =
        json("{'@timestamp':'STAMP','host':'mail'," + names + ",'message':'TEXT','msg':'TEXT'}");
    assertEquals(Origin.OF_ANOTHER, CollectedLine.find(json, null).origin());
  }

  /** One program's name may be cut, or stand beside its executable's or the stream's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'programname':'postfix','syslogtag':'postfix/smtpd[12]:','app-name':'postfix/smtpd'",
        "'SYSLOG_IDENTIFIER':'dovecot','process':{'name':'auth'}",
        "'ident':'postfix/smtpd','tag':'mail.log'",
        "'tag':'postfix/smtpd[12]:','programname':'postfix'",
        "'syslog':{'identifier':'postfix/smtpd'},'process':{'name':'rsyslogd'}",
      })
  void oneProgramUnderSeveralNamesIsBelieved(String names) {
    String json = json("{'@timestamp':'STAMP','host':'mail'," + names + ",'message':'TEXT'}");
    assertEquals("", CollectedLine.find(json, null).origin());
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
        "{'message':'TEXT','appname':'postfix/smtpd','timestamp':'20261126100000'}",
        "{'message':['TEXT','LINE'],'appname':'postfix/smtpd','hostname':'mail','timestamp':'STAMP'}",
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
        .replace("'STAMP'", "'2026-11-26T10:00:00.123456Z'")
        .replace('\'', '"')
        .replace("LINE", LINE)
        .replace("TEXT", TEXT);
  }
}
