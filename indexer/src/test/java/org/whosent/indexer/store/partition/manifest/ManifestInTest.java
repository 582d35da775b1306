package org.whosent.indexer.store.partition.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;
import org.whosent.record.JsonOut;

/** What {@link JsonOut} writes is read as {@link JsonIn} reads it. */
class ManifestInTest {
  private static final int DEPTH = 3;
  private static final String SIGNS = "{}[]\",:\\u0nt-";

  private final Random random = new Random();

  @Test
  void readsWhatIsWritten() throws Exception {
    for (int i = 0; i < 3000; i++) {
      byte[] json = json();
      assertEquals(theirs(json), ours(json), () -> new String(json, StandardCharsets.UTF_8));
    }
  }

  /** The other JSON reader says so too, or it takes what only that one bounds. */
  @Test
  void refusesWhatIsCutOrHasMoreBehindIt() throws Exception {
    for (int i = 0; i < 300; i++) {
      byte[] json = json();
      byte[] cut = Arrays.copyOf(json, random.nextInt(json.length));
      assertThrows(BadLineException.class, () -> ours(cut), () -> new String(cut));
      byte[] more = Arrays.copyOf(json, json.length + 1);
      more[json.length] = "}],x\0".getBytes(StandardCharsets.UTF_8)[random.nextInt(5)];
      assertThrows(BadLineException.class, () -> ours(more));
    }
  }

  /** Whatever a byte becomes: it is refused, or read as somebody may have meant it. */
  @Test
  void endsWhateverIsInIt() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      byte[] json = json();
      for (int k = random.nextInt(4); k >= 0; k--) {
        int sign =
            random.nextBoolean()
                ? random.nextInt(256)
                : SIGNS.charAt(random.nextInt(SIGNS.length()));
        json[random.nextInt(json.length)] = (byte) sign;
      }
      Object found;
      try {
        found = ours(json);
      } catch (BadLineException _) {
        continue;
      }
      Object theirs;
      try {
        theirs = theirs(json);
      } catch (BadLineException _) {
        continue; // raw control characters, broken UTF-8, leading zeros, a key twice
      }
      assertEquals(theirs, found, () -> new String(json, StandardCharsets.UTF_8));
    }
  }

  @Test
  void depthIsBounded() {
    byte[] deep = ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
    assertThrows(BadLineException.class, () -> ManifestIn.object(deep, (_, in) -> in.skip()));
  }

  @Test
  void skipsAnything() throws Exception {
    for (int i = 0; i < 1000; i++) {
      List<String> names = new ArrayList<>();
      byte[] json = json();
      ManifestIn.object(
          json,
          (name, in) -> {
            names.add(name);
            in.skip();
          });
      assertEquals(List.copyOf(theirs(json).keySet()), names);
    }
  }

  private byte[] json() {
    return JsonOut.object(random.nextBoolean(), out -> fields(out, 0))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A field's name says what is in it, for the reader. */
  private void fields(JsonOut out, int depth) throws IOException {
    for (int i = random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(depth < DEPTH ? 6 : 4)) {
        case 0 -> out.text("text" + i, random.nextInt(5) == 0 ? null : text());
        case 1 -> out.number("number" + i, random.nextInt(5) == 0 ? null : number());
        case 2 -> out.flag("flag" + i, random.nextInt(5) == 0 ? null : random.nextBoolean());
        case 3 -> out.texts("words" + i, List.of(text(), text()).subList(0, random.nextInt(3)));
        default -> {
          JsonOut.Fields each = in -> fields(in, depth + 1);
          out.objects("objects" + i, List.of(each, each).subList(0, random.nextInt(3)));
        }
      }
    }
  }

  private Long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int sign =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> "\"\\/bfnrtu{}[],:".charAt(random.nextInt(15));
            case 2 -> random.nextInt(0x800);
            case 3 -> random.nextInt(0xd800);
            default -> 0x10000 + random.nextInt(0x1000);
          };
      text.appendCodePoint(sign);
    }
    return text.toString();
  }

  /** As {@link #ours}: nothing that was named a list is left null. */
  private static Map<String, Object> theirs(byte[] json) throws BadLineException {
    Map<String, Object> found = new LinkedHashMap<>();
    JsonIn.object(json, 0, json.length, (name, in) -> found.put(name, asRead(name, in.any())));
    return found;
  }

  /** A list that is null reads as empty. */
  private static Object asRead(String name, Object any) {
    if (any == null && (name.startsWith("words") || name.startsWith("objects"))) {
      return List.of();
    }
    if (any instanceof List<?> list) {
      return list.stream().map(each -> each == null ? "null" : asRead("", each)).toList();
    }
    if (any instanceof Map<?, ?> map) {
      Map<String, Object> fields = new LinkedHashMap<>();
      map.forEach((field, value) -> fields.put((String) field, asRead((String) field, value)));
      return fields;
    }
    return any;
  }

  private static Map<String, Object> ours(byte[] json) throws IOException {
    Map<String, Object> found = new LinkedHashMap<>();
    ManifestIn.object(json, (name, in) -> found.put(name, value(name, in)));
    return found;
  }

  private static Object value(String name, ManifestIn in) throws IOException {
    if (name.startsWith("text")) {
      return in.text();
    }
    if (name.startsWith("number")) {
      return in.number();
    }
    if (name.startsWith("flag")) {
      return in.flag();
    }
    if (name.startsWith("words")) {
      return in.texts();
    }
    if (!name.startsWith("objects")) {
      throw new BadLineException("no such field");
    }
    List<Object> objects = new ArrayList<>();
    in.objects(
        each -> {
          Map<String, Object> fields = new LinkedHashMap<>();
          each.nested((field, value) -> fields.put(field, value(field, value)));
          objects.add(fields);
        });
    return objects;
  }
}
