package org.whosent.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalCodecTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<JournalEntry> ENTRIES =
      List.of(
          new JournalEntry.Submission(Records.full()),
          new JournalEntry.Outcome(
              Records.NOON, "mail.example.org", "X", Records.full().recipients()),
          new JournalEntry.Refusal(
              Records.NOON, "h", "smtp", "192.0.2.1", 1, "x\r\ny", "u", "MAIL", "a", "b", "550 no"),
          new JournalEntry.LoginFailure(
              Records.NOON, "h", "smtp", "::1", 65535, "x", "admin\u0000", "LOGIN", "unknown-user"),
          new JournalEntry.Heartbeat(Records.NOON, "h"));

  @Test
  void everyTypeComesBackUnchanged() throws Exception {
    for (JournalEntry entry : ENTRIES) {
      byte[] line = JournalCodec.encode(entry);
      assertEquals(entry, JournalCodec.decode(line));
      for (byte b : line) {
        assertTrue(b < 0 || b >= ' ', "a control character would break the line");
      }
    }
  }

  @Test
  void factsComeBackUnchanged() throws Exception {
    long fresh = System.nanoTime();
    for (long seed : new long[] {7, 8, fresh}) {
      Random random = new Random(seed);
      for (int i = 0; i < 300; i++) {
        SubmissionRecord record = Records.facts(random);
        byte[] json = JournalCodec.encodeRecord(record);
        assertEquals(record, JournalCodec.record(json, 0, json.length), "seed " + seed);
      }
    }
  }

  @Test
  void theSchemaListsTheFieldsOfTheTableAndTakesEveryLine() throws Exception {
    JsonNode schemaNode;
    try (InputStream in = JournalCodec.class.getResourceAsStream("submission.schema.json")) {
      schemaNode = MAPPER.readTree(in);
    }
    JsonNode submission = schemaNode.at("/$defs/submission");
    List<String> inSchema = new ArrayList<>();
    submission.get("properties").fieldNames().forEachRemaining(inSchema::add);
    List<String> inTable = new ArrayList<>(List.of("v", "type"));
    for (RecordField<?> field : RecordFields.ALL) {
      inTable.add(field.name());
      assertEquals(
          field.meaning(),
          submission.at("/properties/" + field.name() + "/description").asText(),
          field.name());
      boolean required = false;
      for (JsonNode name : submission.get("required")) {
        required |= name.asText().equals(field.name());
      }
      assertEquals(field.required(), required, field.name());
    }
    assertEquals(inTable, inSchema);

    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schemaNode);
    for (JournalEntry entry : ENTRIES) {
      byte[] line = JournalCodec.encode(entry);
      assertEquals(
          "[]", schema.validate(MAPPER.readTree(line)).toString(), new String(line, UTF_8));
    }
    assertFalse(
        schema
            .validate(MAPPER.readTree("{\"v\":1,\"type\":\"heartbeat\",\"time\":\"today\"}"))
            .isEmpty(),
        "the schema must be able to refuse");
  }

  @Test
  void whatIsNoLineOfOursIsRefusedInOneKnownWay() {
    String heartbeat =
        "{\"v\":1,\"type\":\"heartbeat\",\"time\":\"2026-11-23T12:00:00Z\",\"host\":\"h\"";
    for (String bad :
        List.of(
            "",
            "{",
            "[]",
            "null",
            heartbeat,
            heartbeat + "} x",
            heartbeat + ",\"host\":\"i\"}",
            heartbeat.replace(":1", ":2") + "}",
            heartbeat.replace("heartbeat", "heartbeet") + "}",
            heartbeat.replace("2026-11-23T12:00:00Z", "yesterday") + "}",
            "{\"v\":1,\"type\":\"submission\",\"time\":\"2026-11-23T12:00:00Z\",\"host\":\"h\"}",
            "{\"v\":1,\"type\":\"submission\",\"time\":\"2026-11-23T12:00:00Z\",\"host\":\"h\","
                + "\"transactionId\":\"x\",\"recipients\":\"all\"}",
            "{\"v\":1,\"type\":" + "[".repeat(10_000) + "}",
            "{\"v\":99999999999999999999999,\"type\":\"heartbeat\"}",
            "{\"v\":1,\"type\":\"heartbeat\",\"host\":\""
                + "x".repeat(JsonIn.MAX_TEXT + 1)
                + "\"}")) {
      assertThrows(BadLineException.class, () -> JournalCodec.decode(bad.getBytes(UTF_8)), bad);
    }
  }

  @Test
  void aVersionFromTheFutureIsNamedWithWhatIsRead() {
    var e =
        assertThrows(
            BadLineException.class,
            () -> JournalCodec.decode("{\"v\":2,\"type\":\"heartbeat\"}".getBytes(UTF_8)));
    assertEquals("journal format 2; this program reads 1", e.getMessage());
  }

  @Test
  void unknownFieldsArePassedOver() throws Exception {
    String line =
        "{\"v\":1,\"type\":\"heartbeat\",\"time\":\"2026-11-23T12:00:00.123456Z\",\"host\":\"h\","
            + "\"later\":{\"a\":[1,2]}}";
    assertEquals(
        new JournalEntry.Heartbeat(Records.NOON, "h"), JournalCodec.decode(line.getBytes(UTF_8)));
  }

  @Test
  void mangledLinesGiveALineOrTheOneException() {
    for (long seed : new long[] {11, 12, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 5000; i++) {
        byte[] line = JournalCodec.encode(ENTRIES.get(random.nextInt(ENTRIES.size())));
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          line[random.nextInt(line.length)] = (byte) random.nextInt(256);
        }
        try {
          JournalCodec.decode(line);
        } catch (BadLineException e) {
          // refused in the known way
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + new String(line, UTF_8), e);
        }
      }
    }
  }

  @Test
  void loneSurrogatesDoNotBreakTheLine() throws Exception {
    var entry = new JournalEntry.Heartbeat(Records.NOON, "a\uD800b");
    byte[] line = JournalCodec.encode(entry);
    assertArrayEquals(line, new String(line, UTF_8).getBytes(UTF_8));
    assertEquals("a\uFFFDb", JournalCodec.decode(line).host());
  }
}
