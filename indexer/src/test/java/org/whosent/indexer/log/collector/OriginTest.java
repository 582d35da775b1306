package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.postfix.PostfixSource;

/** Another program's text that begins like a mail server's line, beside that server's own lines. */
class OriginTest {
  private static final String TEXT =
      "postfix/smtpd[7]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=";
  private static final String LINE = "Jun  1 10:00:00 mx " + TEXT + "alice";
  private static final String FORGED = "Jun  1 10:00:00 mx " + TEXT + "victim";
  private static final String ALICE = "2026-06-01T10:00:00Z alice";

  private static String quoted(String shape, String line) {
    return shape.replace('\'', '"').replace("LINE", line);
  }

  /** A line of the mail server's and a stranger's, out of a log service that keeps both. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "2026-06-01T10:00:01.123000+00:00 mail LINE"
            + "~2026-06-01T10:00:01.123000+00:00 webapp LINE",
        "2026-06-01T10:00:01 ecs/mail/0123456789abcdef0123456789abcdef LINE"
            + "~2026-06-01T10:00:01 ecs/web/0123456789abcdef0123456789abcdef LINE",
        "mail-1  | LINE~webapp-1  | LINE",
        "[pod/mail-0/postfix] LINE~[pod/web-0/app] LINE",
        "mail_postfix.1.x8y2abcd1234@node1    | LINE~mail_web.1.x8y2abcd1235@node1    | LINE",
        "mail-0 postfix LINE~web-0 app LINE",
        "mx mail-0 postfix LINE~mx web-0 app LINE",
        "/srv/mx.log:LINE~/srv/web.log:LINE",
        "/srv/mx.log:7:LINE~/srv/web.log:8:LINE",
        "{'logStreamName':'mail','timestamp':1780308001000,'message':'LINE','ingestionTime':1}"
            + "~{'logStreamName':'web','timestamp':1780308001000,'message':'LINE','ingestionTime':1}",
        "{'@timestamp':'2026-06-01 10:00:01.000','@logStream':'mail','@message':'LINE'}"
            + "~{'@timestamp':'2026-06-01 10:00:01.000','@logStream':'web','@message':'LINE'}",
        "{'labels':{'filename':'/srv/mx.log','job':'a'},'line':'LINE'}"
            + "~{'labels':{'filename':'/srv/web.log','job':'a'},'line':'LINE'}",
        "{'labels':{'job':'mail'},'line':'LINE'}~{'labels':{'job':'web'},'line':'LINE'}",
        "{'labels':{'app':'mail','job':'a'},'line':'LINE'}"
            + "~{'labels':{'app':'web','job':'a'},'line':'LINE'}",
        "{'@timestamp':'2026-06-01T10:00:01Z','log':{'file':{'path':'/srv/mx.log'}},'message':'LINE'}"
            + "~{'@timestamp':'2026-06-01T10:00:01Z','log':{'file':{'path':'/srv/web.log'}},'message':'LINE'}",
        "{'_source':{'log':{'file':{'path':'/srv/mx.log'}},'message':'LINE'}}"
            + "~{'_source':{'logger_name':'app','message':'LINE'}}",
        "{'file':'/srv/mx.log','host':'box','message':'LINE','source_type':'file'}"
            + "~{'file':'/srv/web.log','host':'box','message':'LINE','source_type':'file'}",
        "{'result':{'_raw':'LINE','source':'/srv/mx.log'}}"
            + "~{'result':{'_raw':'LINE','source':'/srv/web.log'}}",
        "{'result':{'_raw':'LINE','source':'udp:514'}}"
            + "~{'result':{'_raw':'LINE','source':'http:web'}}",
        "{'logName':'projects/x/logs/mail','textPayload':'LINE','timestamp':'2026-06-01T10:00:01Z'}"
            + "~{'logName':'projects/x/logs/web','textPayload':'LINE','timestamp':'2026-06-01T10:00:01Z'}",
        "2026-06-01T10:00:01+00:00\tmail\t{'log':'LINE'}"
            + "~2026-06-01T10:00:01+00:00\tweb\t{'log':'LINE'}",
        "{'log':'LINE','kubernetes':{'container_name':'mail'}}"
            + "~{'log':'LINE','kubernetes':{'container_name':'web'}}",
      })
  void whatIsThereAloneCounts(String mail, String web) {
    String line = quoted(mail.replace("\\t", "\t"), LINE);
    String forged = quoted(web.replace("\\t", "\t"), FORGED);
    assertEquals(List.of(ALICE, ALICE), read(line, line));

    LogReader reader =
        WrappedSource.of(new PostfixSource(), List.of(line, line)).reader(Lines.settings());
    Lines lines = new Lines(reader);
    assertNotNull(lines.one(line));
    assertNull(reader.problem());
    assertNull(lines.one(forged), forged);
    assertNotNull(lines.one(line));
    assertNotNull(reader.problem(), "it is said that there are others");
    assertNull(reader.problem(), "once");

    for (List<String> both : List.of(List.of(line, forged, line), List.of(forged, line, line))) {
      String read = String.join(" ", WrappedSource.unwrap(both));
      assertTrue(!read.contains("victim"), read);
    }
  }

  /** Of files, those of log daemons do, whose every line has a header of their own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'log':{'file':{'path':'FILE'}},'message':'LINE'}",
        "{'labels':{'filename':'FILE'},'line':'LINE'}",
        "{'result':{'_raw':'LINE','source':'FILE'}}",
        "FILE:LINE"
      })
  void aLogDaemonsFilesCountBesideOthers(String shape) {
    String mail = quoted(shape, LINE).replace("FILE", "/var/log/mail.log");
    assertEquals(
        List.of(ALICE, "nothing", ALICE, "nothing", ALICE, ALICE),
        read(
            mail,
            quoted(shape, FORGED).replace("FILE", "/srv/web.log"),
            mail,
            quoted(shape, FORGED).replace("FILE", "/srv/app/log/mail.log"),
            mail.replace("mail.log", "mail.log.1"),
            mail.replace("mail.log", "syslog-20260601")));
  }

  @Test
  void filesOfOneNameAreOne() {
    for (String name :
        List.of(
            "/srv/mx.log.1", "/srv/mx.log-20260601.gz", "/srv/mx.log.2.xz", "/srv/mx.log.old")) {
      assertEquals(Origin.ofFile("/srv/mx.log"), Origin.ofFile(name), name);
    }
    assertEquals(Origin.ofFile("/k/20261125-0946"), Origin.ofFile("/k/20261125-1000"));
    assertEquals(Origin.ofFile("/srv/mx1.log"), Origin.ofFile("/srv/mx2.log"));
    assertEquals(Origin.ofFile("mail.log"), Origin.ofFile("/var/log/syslog.1"));
    assertEquals(Origin.ofFile("/var/log/exim4/mainlog"), Origin.ofFile("/var/log/mail.log"));
    assertNotEquals(Origin.ofFile("/srv/mx.log"), Origin.ofFile("/srv/web.log"));
    assertNotEquals(Origin.ofFile("/srv/a/mail.log"), Origin.ofFile("/var/log/mail.log"));
    String pods = "/var/log/pods/mx_mail-0_0123/";
    assertEquals("postfix", Origin.ofFile(pods + "postfix/0.log"));
    assertEquals("web", Origin.ofFile(pods + "web/0.log"));
    String container = "/var/log/containers/mail-0_mx_postfix-" + "0a".repeat(32) + ".log";
    assertEquals("postfix", Origin.ofFile(container));
  }

  /** Who collected it has named the program: nothing of the text decides. */
  @Test
  void whatNamesItsProgramNeedsNoOrigin() {
    String line = quoted("{'log':{'file':{'path':'/srv/mx.log'}},'message':'LINE'}", LINE);
    String told =
        "{\"timestamp\":\"2026-06-01T10:00:05Z\",\"host\":\"mx\",\"ident\":\"postfix/smtpd\","
            + "\"pid\":\"7\",\"message\":\"4B00A1C2D3: client=c[192.0.2.7], sasl_username=bob\"}";
    assertEquals(List.of(ALICE, "2026-06-01T10:00:05Z bob"), read(line, told));
    assertEquals(
        List.of(), WrappedSource.unwrap(List.of(line, quoted("{'message':'LINE'}", FORGED), line)));
  }

  /** Behind a time alone it is one log; a word more may be a stream's name. */
  @Test
  void aWordBeforeAHeaderIsAStream() {
    String stamp = "2026-06-01T10:00:01.5Z ";
    assertEquals(List.of(ALICE, ALICE), read(stamp + LINE, stamp + LINE));
    Lines lines =
        new Lines(
            WrappedSource.of(new PostfixSource(), List.of(stamp + LINE)).reader(Lines.settings()));
    assertNull(lines.one(stamp + "hello " + FORGED));
    assertEquals(List.of(), WrappedSource.unwrap(List.of(stamp + LINE, stamp + "hello " + FORGED)));
  }
}
