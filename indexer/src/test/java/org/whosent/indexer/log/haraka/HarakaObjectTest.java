package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;

/** Haraka's lines as objects say what the same lines say as text, and no client adds to them. */
class HarakaObjectTest {
  private static final String UUID = "00000000-0000-4000-8000-000000000001";
  private static final String HEAD = "'level':'NOTICE','uuid':'" + UUID + ".1','origin':'core'";

  private static String text(String logged) {
    HarakaLine.Parts parts = HarakaObject.parse(logged);
    if (parts == null) {
      return null;
    }
    assertEquals(UUID + ".1", parts.id());
    assertEquals("core", parts.plugin());
    return parts.text();
  }

  private static String json(String fields) {
    return ("{" + HEAD + fields + "}").replace('\'', '"');
  }

  private static String logfmt(String rest) {
    return "level=NOTICE uuid=" + UUID + ".1 origin=core message=" + rest;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        ",'message':'connect','ip':'192.0.2.1','port':25|connect ip=192.0.2.1 port=25",
        ",'ip':'192.0.2.1','message':'connect'|connect ip=192.0.2.1",
        ",'message':'  sender <a@b> '|sender <a@b> ",
        ",'message':'','ip':'x'|ip=x",
        ",'message':''|^^",
        ",'message':'m','a':'b c','d':'e=f','g':''|m a=\"b c\" d=\"e=f\" g=\"\"",
        ",'message':'m','a':'x\\\"y','b':'x\\\\y','c':'x\\ny','d':'x\\ry'"
            + "|m a=\"x\\\"y\" b=\"x\\\\y\" c=\"x",
        ",'message':'m','a':null,'b':true,'c':1.5|m a=\"\" b=true c=1.5",
        ",'message':'m','a':{'b':'c'},'d':['e']|m a=? d=?",
      })
  void asTheTextWouldHaveIt(String fields, String expected) {
    String text = text(json(fields)).lines().findFirst().orElse("");
    assertEquals(expected, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "connect ip=192.0.2.1 port=25|connect ip=192.0.2.1 port=25",
        "\"sender <a@b>\" code=OK|sender <a@b> code=OK",
        "\"  a\\\"b\\\\c\"   d=\"e f\" |a\"b\\c d=\"e f\"",
        "\"\" a=b|a=b",
        "|^^",
        "m|m",
        "\"open a=b|\"open a=b",
      })
  void logfmtToo(String rest, String expected) {
    assertEquals(expected, text(logfmt(rest == null ? "" : rest)));
  }

  /** What a client says is within quotes: it makes no field of its own. */
  @Test
  void whatAClientSaysStaysInItsField() {
    String said = "x\\\" auth_user=victim txn=" + UUID + ".1 ip=192.0.2.1 mail_from=<v>";
    String text = text(json(",'message':'m','helo':'" + said + "'"));
    assertEquals(HarakaLine.valueEnd(text, text.indexOf('"')), text.length());
    assertEquals(said.replace("\\", ""), HarakaLine.unquoted(text.substring("m helo=".length())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'message':'m'}",
        "{'level':'NOTICE','uuid':'x','origin':'core','message':'m'}",
        "{'level':'LOUD','uuid':'-','origin':'core','message':'m'}",
        "{'level':'NOTICE','uuid':'-','origin':'co re','message':'m'}",
        "{'level':'NOTICE','uuid':'-','origin':'core'}",
        "{'level':'NOTICE','uuid':'-','origin':'core','message':7}",
        "{'level':'NOTICE','uuid':'-','origin':7,'message':'m'}",
        "{'uuid':'-','origin':'core','message':'m'}",
        "{'level':'NOTICE','origin':'core','message':'m'}",
        "{'level':'NOTICE','uuid':'-','message':'m'}",
        "{'level':'NOTICE','uuid':'-','origin':'core','message':'m','message':'n'}",
        "{'level':'NOTICE','uuid':'-','origin':'core','message':'m'",
        "{'level':'NOTICE','uuid':'-','origin':'core','message':'m'} x",
        "level=LOUD uuid=- origin=core message=m",
        "level=NOTICE uuid=x origin=core message=m",
        "level=NOTICE uuid=- origin=co re message=m",
        "level=NOTICE uuid=- origin=core",
        "uuid=- level=NOTICE origin=core message=m",
        "x level=NOTICE uuid=- origin=core message=m",
        "",
      })
  void whatIsNeither(String logged) {
    assertNull(HarakaObject.parse(logged.replace('\'', '"')));
  }

  @Test
  void theHeadStandsForTheBrackets() {
    HarakaLine.Parts none = new HarakaLine.Parts("-", "p", "m");
    assertEquals(none, HarakaObject.parse("level=DEBUG uuid=- origin=p message=m"));
    assertEquals(
        none,
        HarakaObject.parse(
            "{\"message\":\"m\",\"origin\":\"p\",\"uuid\":\"-\",\"level\":\"DEBUG\"}"));
  }

  /** All three forms of one login name the same user. */
  @Test
  void aLoginInEachForm() {
    String login =
        "auth_user=anne marie txn=" + UUID + ".1 ip=203.0.113.5 mail_from=<a@example.com>";
    for (String form :
        List.of(
            "[NOTICE] [" + UUID + ".1] [site] " + login,
            logfmt('"' + login + '"').replace("=core", "=site"),
            json(",'message':'" + login + "'").replace("\"core", "\"site"))) {
      Lines lines = new Lines("haraka");
      assertEquals(LineKind.USED, lines.read("2026-11-23T10:00:00.000Z " + form), form);
      assertEquals("anne marie", lines.facts.getFirst().user(), form);
      assertEquals(UUID + ".1", lines.facts.getFirst().transactionId(), form);
    }
  }
}
