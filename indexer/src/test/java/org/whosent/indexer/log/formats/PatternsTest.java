package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the patterns of all readers must be like, since strangers write what they are matched to.
 */
class PatternsTest {
  @Test
  void aDotMeansAnyCharacter() throws Exception {
    assertEquals(
        List.of(),
        wrong(pattern -> (pattern.flags() & Pattern.DOTALL) == 0 && hasDot(pattern.pattern())),
        "a dot stops at U+2028, which a client may send: give them Pattern.DOTALL");
  }

  @Test
  void noGroupIsRepeatedOnTheStack() throws Exception {
    assertEquals(
        List.of(),
        wrong(pattern -> repeatsGroup(pattern.pattern())),
        "java.util.regex needs stack for each repetition of a group: repeat it possessively (++)");
  }

  @Test
  void suchPatternsAreFound() {
    assertTrue(hasDot("a.b"));
    assertTrue(hasDot("[.]\\..*"));
    assertFalse(hasDot("[a.b]\\.[^\\].]"));
    assertTrue(repeatsGroup("(?:ab?)+"));
    assertTrue(repeatsGroup("(?:ab?)*?"));
    assertTrue(repeatsGroup("(?:ab?){2,}"));
    assertFalse(repeatsGroup("(?:ab?)++\\)+[)]*(a){2,9}"));
  }

  private interface Rule {
    boolean isBroken(Pattern pattern);
  }

  private static List<String> wrong(Rule rule) throws Exception {
    Map<String, Pattern> patterns = patterns();
    assertTrue(patterns.size() > 100, "found only " + patterns.size());
    return patterns.entrySet().stream()
        .filter(each -> rule.isBroken(each.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean hasDot(String pattern) {
    return bare(pattern).indexOf('.') >= 0;
  }

  private static boolean repeatsGroup(String pattern) {
    return Pattern.compile("\\)(?:[+*]|\\{[0-9]+,})(?!\\+)").matcher(bare(pattern)).find();
  }

  /** Without what is escaped, and without classes of characters. */
  private static String bare(String pattern) {
    StringBuilder bare = new StringBuilder();
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[' || c == ']') {
        inClass = c == '[';
      } else if (!inClass) {
        bare.append(c);
        continue;
      }
      bare.append(inClass ? "" : "_");
    }
    return bare.toString();
  }

  /** All that are constants, by class and name. */
  private static Map<String, Pattern> patterns()
      throws URISyntaxException, IOException, ReflectiveOperationException {
    Path root =
        Path.of(LogSources.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Map<String, Pattern> patterns = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(root.resolve("org/whosent/indexer/log"))) {
      for (Path file : files.sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        if (name.endsWith(".class") && !name.endsWith("-info.class")) {
          Class<?> type = Class.forName(name.substring(0, name.length() - ".class".length()));
          for (Field field : type.getDeclaredFields()) {
            if (field.getType() == Pattern.class && Modifier.isStatic(field.getModifiers())) {
              field.setAccessible(true);
              patterns.put(type.getSimpleName() + '.' + field.getName(), (Pattern) field.get(null));
            }
          }
        }
      }
    }
    return patterns;
  }
}
