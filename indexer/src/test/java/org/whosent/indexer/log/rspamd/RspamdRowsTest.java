package org.whosent.indexer.log.rspamd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Whom a row or a line names, field by field, and what clients put into them. */
class RspamdRowsTest {
  private static final String HEAD =
      "2026-11-23 10:00:00 #77(normal) <cf1261>; task; rspamd_task_write_log: ";
  private static final String NO_ACTION = ", (default: F (no action): ";
  private static final String END = "[0.10/15.00] [X(0.10){}]), len: 47, time: 1ms, dns req: 5";

  private final Lines lines = new Lines("rspamd");

  private static String history(String fields) {
    return "{\"unix_time\":1795428000,\"action\":\"no action\"" + fields.replace('\'', '"') + "}";
  }

  private static String elastic(String fields) {
    return ("{'@timestamp':'1795428000123','rspamd_meta':{'action':'no action'" + fields + "}}")
        .replace('\'', '"');
  }

  @Test
  void everyFieldOfALine() {
    SubmissionRecord facts =
        lines.one(
            HEAD
                + "id: <a@b>, qid: <4cX1Yd2WzQz9sRy>, ip: 2001:DB8::5, user: bob, from: <c@d>"
                + NO_ACTION
                + END
                + ", digest: <0f5e>, rcpts: <e@f,g@h>, mime_rcpts: <i@j,>, file: x");
    assertEquals("4cX1Yd2WzQz9sRy", facts.transactionId());
    assertEquals("<a@b>", facts.messageId());
    assertEquals("2001:db8::5", facts.client());
    assertEquals("bob", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("c@d", facts.mailFrom());
    assertEquals(47, facts.size());
    assertEquals(List.of("e@f", "g@h"), Lines.addresses(facts));
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), facts.time());
  }

  /** Nobody evades by it: Rspamd's lines hold some 8000 bytes. */
  @Test
  void aLongMessageId() {
    String id = "<" + "m".repeat(7000) + "@b>";
    SubmissionRecord facts =
        lines.one(
            HEAD
                + "id: "
                + id
                + ", qid: <4cX1Yd2WzQz9sRy>, ip: 192.0.2.1, user: bob, from: <c@d>"
                + NO_ACTION
                + END);
    assertEquals("bob", facts.user());
    assertEquals(id, facts.messageId());
  }

  /** What stands between the client's address and the result. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        ", user: bob, from: <c@d>|AUTHENTICATED|bob|c@d",
        ", user: bob|AUTHENTICATED|bob|''",
        ", from: <c@d>|UNAUTHENTICATED|-|c@d",
        "''|UNAUTHENTICATED|-|''",
        ", user: unknown, from: <c@d>|UNAUTHENTICATED|-|c@d",
        ", user: , from: <c@d>|UNAUTHENTICATED|-|c@d",
        ", user: anne marie, x, from: <c@d>|AUTHENTICATED|anne marie, x|c@d",
        ", user: bob, user: victim, from: <c@d>|AUTHENTICATED|bob, user: victim|c@d",
        ", from: <x>, user: victim, from: <y@d>|UNAUTHENTICATED|-|x>, user: victim, from: <y@d",
        ", user: bob, from: <x, from: <y@d>|-|-|-",
        ", user: bob, from: <unknown>|AUTHENTICATED|bob|-",
      })
  void theUserAndTheSender(String between, Origin origin, String user, String sender) {
    SubmissionRecord facts =
        lines.one(HEAD + "id: <a@b>, qid: <4cX1Y>, ip: 192.0.2.1" + between + NO_ACTION + END);
    assertEquals(origin, facts.origin());
    assertEquals(user, facts.user());
    assertEquals(sender, facts.mailFrom());
    assertEquals("4cX1Y", facts.transactionId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id: <a@b>, ip: 192.0.2.1, user: victim, ip: 192.0.2.9" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, user: victim, qid: <4cX1Y>" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, x: y, from: <c@d>" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, user: bob, from: <c@d" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, from: <c@d" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, user: bob" + NO_ACTION + "[(default: F (x): ])",
        "id: <a@b>, ip: 192.0.2.1, user: (default: T, from: <c@d>" + NO_ACTION + END,
        "id: <a@b>, ip: 192.0.2.1, user: bob, (default: X (no action): " + END,
        "id: <a@b>, ip: 192.0.2.1 , user: bob" + NO_ACTION + END,
        "id: <a b>, ip: 192.0.2.1, user: bob" + NO_ACTION + END,
        "id: <a@b>, qid: <../x>, ip: 192.0.2.1, user: bob" + NO_ACTION + END,
        "id: <a@b>, user: bob" + NO_ACTION + END,
        " id: <a@b>, ip: 192.0.2.1, user: bob" + NO_ACTION + END,
      })
  void aLineOfTwoReadingsNamesNobody(String text) {
    lines.assertNothing(LineKind.UNKNOWN, lines.read(HEAD + text));
  }

  /** What is told of a message's parts stands behind the result, where clients have words too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "[X{, len: 9, time: }]), len: 47, time: 1ms|-|-",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f>|47|e@f",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f>, file: x>|47|e@f",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f>, forced: x|47|e@f",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f>, settings_id: x|47|e@f",
        "[X{>, rcpts: <v@w>}]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f>|47|-",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <\"x y\"@f>|47|-",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <>|47|-",
        "[X]), len: 47, time: 1ms, digest: <0>, rcpts: <e@f|47|-",
        "[X]), len: 47x, time: 1ms|-|-",
      })
  void sizeAndRecipientsAreKnownForSureOrNot(String rest, Long size, String recipient) {
    SubmissionRecord facts =
        lines.one(HEAD + "id: <a@b>, qid: <4cX1Y>, ip: 192.0.2.1, user: bob" + NO_ACTION + rest);
    assertEquals("bob", facts.user());
    assertEquals(size, facts.size());
    assertEquals(recipient == null ? List.of() : List.of(recipient), Lines.addresses(facts));
  }

  @ParameterizedTest
  @CsvSource({"reject", "soft reject"})
  void whatWasRefusedIsNoSubmission(String action) {
    assertEquals(
        LineKind.KNOWN,
        lines.read(
            HEAD
                + "id: <a@b>, qid: <4cX1Y>, ip: 192.0.2.1, user: bob, (default: T ("
                + action
                + "): "
                + END));
    assertEquals(LineKind.KNOWN, lines.read(history(",'user':'bob'").replace("no action", action)));
    assertEquals(2, lines.refusals);
    assertEquals(List.of(), lines.facts);
    assertEquals("bob", lines.one(history(",'user':'bob'").replace("no ", "x")).user());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "4cX1Yd2WzQz9sRy|4cX1Yd2WzQz9sRy",
        "1xVWMp-00006e-1u|1xVWMp-00006e-1u",
        "unknown|-",
        "NOQUEUE|-",
        "undef|-",
        "abc|-",
        "a b c d|-",
        "01234567890123456789012345678901234567890|-",
      })
  void theQueueId(String logged, String id) {
    SubmissionRecord facts = lines.one(elastic(",'user':'bob','qid':'" + logged + "'"));
    assertEquals("bob", facts.user());
    if (id == null) {
      assertEquals("rspamd:", facts.transactionId().substring(0, 7));
      assertEquals(23, facts.transactionId().length());
    } else {
      assertEquals(id, facts.transactionId());
    }
  }

  /** Rows of two messages are two, though one has all but one field of the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'user':'ann'",
        "'ip':'192.0.2.2'",
        "'sender_smtp':'c@e'",
        "'rcpt_smtp':['e@g']",
        "'message-id':'a@c'",
        "'size':48",
        "'unix_time':1795428001",
      })
  void aMadeUpIdIsOfAllItsFields(String other) {
    String row =
        history(
            ",'user':'bob','ip':'192.0.2.1','sender_smtp':'c@d','rcpt_smtp':['e@f'],"
                + "'message-id':'a@b','size':47");
    String id = lines.one(row).transactionId();
    assertEquals(id, lines.one(row).transactionId());
    String name = other.replace('\'', '"').substring(0, other.indexOf(':') + 1);
    int at = row.indexOf(name);
    int end = row.indexOf(name.contains("rcpt") ? "]" : ",", at);
    end = end < 0 ? row.length() - 1 : end + (name.contains("rcpt") ? 1 : 0);
    String changed = row.substring(0, at) + other.replace('\'', '"') + row.substring(end);
    assertNotEquals(id, lines.one(changed).transactionId());
  }

  @Test
  void everyFieldOfAHistorysRow() {
    SubmissionRecord facts =
        lines.one(
            history(
                ",'user':'bob','ip':'192.0.2.1','sender_smtp':'c@d','rcpt_smtp':['e@f','<g@h>',"
                    + "'unknown',''],'message-id':'<a@b>','subject':'s','size':47"));
    assertEquals("bob", facts.user());
    assertEquals("192.0.2.1", facts.client());
    assertEquals("c@d", facts.mailFrom());
    assertEquals(List.of("e@f", "g@h"), Lines.addresses(facts));
    assertEquals("<a@b>", facts.messageId());
    assertEquals("s", facts.subject());
    assertEquals(47, facts.size());
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), facts.time());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        ",'user':'unknown'|UNAUTHENTICATED|-",
        ",'user':''|UNAUTHENTICATED|-",
        ",'nobody':''|-|-",
        ",'user':7|-|-",
        ",'user':'Unknown'|AUTHENTICATED|Unknown",
      })
  void nobody(String fields, Origin origin, String user) {
    SubmissionRecord facts = lines.one(history(fields));
    assertEquals(origin, facts.origin());
    assertEquals(user, facts.user());
  }

  @Test
  void lengths() {
    String longest = "x".repeat(1024);
    assertEquals(longest, lines.one(history(",'user':'" + longest + "'")).user());
    assertEquals(LineKind.UNKNOWN, lines.read(history(",'user':'x" + longest + "'")));
    String subject = "s".repeat(4000);
    assertEquals(subject, lines.one(history(",'subject':'" + subject + "'")).subject());
    assertNull(lines.one(history(",'subject':'s" + subject + "'")).subject());
    assertNull(lines.one(history(",'subject':'unknown'")).subject());
    String id = "i".repeat(SubmissionRecord.LONGEST_MESSAGE_ID);
    assertNull(lines.one(history(",'message-id':'i" + id + "'")).messageId());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a@b|<a@b>",
        "<a@b>|<a@b>",
        " <a@b> |<a@b>",
        "<a@b|<<a@b>",
        "a@b>|<a@b>>",
        "<>|-",
        "<|<<>",
        "undef|-",
        "<undef>|-",
        "unknown|-",
        "|-",
      })
  void messageIds(String logged, String id) {
    SubmissionRecord facts =
        lines.one(history(",'message-id':'" + (logged == null ? "" : logged) + "'"));
    assertEquals(id, facts.messageId());
  }

  /** The controller escapes once more than JSON asks for; in Redis a row is escaped once. */
  @Test
  void escapesOfTheControllersAnswer() {
    String fields =
        ",'user':'b\\\\o\\\"b','sender_smtp':'\\\"c\\\"@d','rcpt_smtp':['\\\"e\\\"@f'],'subject':'\\\"s',"
            + "'message-id':'a\\\\@b'";
    String row = history(fields.replace("\\", "\\\\").replace("\"", "\\\""));
    SubmissionRecord inRedis = lines.one(row);
    SubmissionRecord answered = lines.one("{\"rows\":[" + row + "]}");
    assertEquals("b\\\\o\\\"b", inRedis.user());
    assertEquals("b\\o\"b", answered.user());
    assertEquals("\\\"c\\\"@d", inRedis.mailFrom());
    assertEquals("\"c\"@d", answered.mailFrom());
    assertEquals(List.of("\"e\"@f"), Lines.addresses(answered));
    assertEquals("\"s", answered.subject());
    assertEquals("<a\\@b>", answered.messageId());
    row = history(",'user':'CORP\\\\bob'"); // not escaped once more
    assertEquals("CORP\\bob", lines.one("{\"rows\":[" + row + "]}").user());
  }

  @Test
  void rowsOfOneAnswer() {
    String row = history(",'user':'bob'");
    String refused = row.replace("no action", "reject");
    assertEquals(LineKind.USED, lines.read("{\"rows\":[" + refused + "," + row + ",{}]}"));
    assertEquals(1, lines.facts.size());
    assertEquals(LineKind.KNOWN, lines.read("{\"rows\":[{}," + refused + "]}"));
    assertEquals(LineKind.UNKNOWN, lines.read("{\"rows\":[{}]}"));
    assertEquals(LineKind.UNKNOWN, lines.read("{\"rows\":["));
    assertEquals(LineKind.UNKNOWN, lines.read(row.replace("unix_time", "x")));
    assertEquals(LineKind.UNKNOWN, lines.read(row.replace("action", "x")));
    assertEquals(1, lines.facts.size());
  }

  @Test
  void everyFieldOfAnElasticRow() {
    String fields =
        ",'user':'bob','ip':'192.0.2.1','from':'c@d','rcpt':['e@f'],'message_id':'a@b',"
            + "'header_subject':['s'],'rspamd_server':'mx1','qid':'4cX1Y'";
    SubmissionRecord facts = lines.one(elastic(fields));
    assertEquals("bob", facts.user());
    assertEquals("192.0.2.1", facts.client());
    assertEquals("c@d", facts.mailFrom());
    assertEquals(List.of("e@f"), Lines.addresses(facts));
    assertEquals("<a@b>", facts.messageId());
    assertEquals("s", facts.subject());
    assertEquals("mx1", facts.host());
    assertEquals("4cX1Y", facts.transactionId());
    assertEquals(Instant.parse("2026-11-23T10:00:00.123Z"), facts.time());
    facts = lines.one("{\"_source\":" + elastic(fields) + ",\"user\":\"victim\"}");
    assertEquals("bob", facts.user());
    facts = lines.one(elastic(fields.replace("mx1", "unknown")));
    assertEquals("", facts.host());
    facts = lines.one(elastic(fields.replace("'s'", "'s','t'")));
    assertNull(facts.subject(), "which of them is not known");
    facts = lines.one(elastic(fields + ",'webmail':true"));
    assertNull(facts.client(), "the message claims it");
    assertEquals("bob", facts.user());
    facts = lines.one(elastic(fields + ",'webmail':false"));
    assertEquals("192.0.2.1", facts.client());
  }

  /** Newer rows have the sender in two parts, and an operator's text for what is unknown. */
  @Test
  void newerRowsOfTheElasticModule() {
    String row =
        elastic(
            ",'user':'%s','direction':'%s','qid':'4cX1Y','ip':'%s','sender_ip':'198.51.100.66',"
                + "'from_user':'%s','from_domain':'%s','mime_from_user':'x','rcpt':['e@f']");
    SubmissionRecord facts =
        lines.one(row.formatted("bob", "Outbound", "192.0.2.1", "c", "d.example"));
    assertEquals("bob", facts.user());
    assertEquals("c@d.example", facts.mailFrom());
    assertEquals("192.0.2.1", facts.client());
    facts = lines.one(row.formatted("none", "Inbound", "::", "none", "none"));
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertNull(facts.user());
    assertNull(facts.mailFrom());
    assertNull(facts.client());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "1795428000123,2026-11-23T10:00:00.123Z",
        "1795428000123.5,2026-11-23T10:00:00.123Z",
        "2026-11-23T10:00:00Z,2026-11-23T10:00:00Z",
        "17954280001234,-",
        "9999-11-23T10:00:00Z,-",
        "x,-",
      })
  void timesOfAnElasticRow(String stamp, Instant time) {
    SubmissionRecord facts = lines.one(elastic(",'user':'bob'").replace("1795428000123", stamp));
    assertEquals(time, facts == null ? null : facts.time());
  }

  /** Its log as JSON, in its own file and in syslog's. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Nov 23 10:00:00 mail rspamd[77]: "})
  void linesAsJson(String head) {
    String line =
        "{\"ts\": 1795428000.5, \"module\": \"task\", \"function\": \"rspamd_task_write_log\","
            + " \"message\": \"id: <a@b>, qid: <4cX1Y>, ip: 192.0.2.1, user: bob"
            + NO_ACTION
            + END
            + "\"}";
    assertEquals("bob", lines.one(head + line).user());
    lines.facts.clear();
    assertEquals(
        LineKind.KNOWN, lines.read(head + line.replace("task_write_log", "task_write_it")));
    assertEquals(LineKind.UNKNOWN, lines.read(head + line.replace("message", "said")));
    assertEquals(LineKind.UNKNOWN, lines.read(head + line.substring(0, line.length() - 1)));
    lines.assertNothing(
        LineKind.KNOWN,
        lines.read(
            head
                + line.replace("\"task\"", "\"csession\"")
                    .replace(", qid: <4cX1Y>", "")
                    .replace(", user: bob", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23 10:00:00 #77(normal) <cf1261>; lua; x: rspamd_task_write_log: ",
        "2026-11-23 10:00:00 #77(normal) <cf1261>; task; x rspamd_task_write_log: ",
        "2026-11-23 10:00:00 #77(normal) task; <x>; rspamd_task_write_log: ",
        "Nov 23 10:00:00 mail rspamd[77]: <cf1261>; task; x: <cf1261>; task; rspamd_task_write_log:"
            + " ",
      })
  void anotherFunctionsLineIsOfNoUse(String head) {
    lines.assertNothing(
        LineKind.KNOWN,
        lines.read(
            head + "id: <a@b>, qid: <4cX1Y>, ip: 192.0.2.1, user: victim" + NO_ACTION + END));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-13-23 10:00:00 #77(normal) x,NOT_A_LOG",
    "0001-11-23 10:00:00 #77(normal) x,NOT_A_LOG",
    "x,NOT_A_LOG",
    "Nov 23 10:00:00 mail other[77]: x,FOREIGN",
    "2026-11-23 10:00:00.123 [info] #77(main process) x,KNOWN",
  })
  void whatIsNoMessage(String line, LineKind kind) {
    lines.assertNothing(kind, lines.read(line));
  }

  /** Rspamd 4.1 without history_redis: what is as long as it may be there was perhaps longer. */
  @ParameterizedTest
  @CsvSource(
      value = {
        "30,0,254,true,true",
        "31,0,255,false,false",
        "29,1,10,false,true",
        "28,1,10,true,true",
      })
  void theHistoryInMemoryCutsNames(int length, int twoBytes, int id, boolean named, boolean found) {
    String user = "a".repeat(length) + "ü".repeat(twoBytes);
    String messageId = "m".repeat(id - 2) + "@x";
    SubmissionRecord facts =
        lines.one(
            history(
                ",'id':'"
                    + messageId
                    + "','ip':'10.9.7.3','user':'"
                    + user
                    + "','from':'10.9.7.3'"));
    assertEquals(named ? user : null, facts.user());
    assertEquals(found ? '<' + messageId + '>' : null, facts.messageId());
    assertEquals("10.9.7.3", facts.client());
    assertNull(facts.mailFrom());
  }
}
