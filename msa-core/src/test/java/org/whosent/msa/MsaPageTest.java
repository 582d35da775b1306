package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.whosent.msa.auth.UserLimits;
import org.whosent.msa.support.Repository;

/** docs/msa.md says every key and its default: held to the code that reads them. */
class MsaPageTest {
  private static final Path FILE = Path.of("/etc/whosent/msa.yaml");

  /** What is a key where the configuration is read. */
  private static final Pattern READ =
      Pattern.compile(
          "(?:settings\\.(?:text|number|span|flag|path|mapping|mappings|texts|requiredText)\\("
              + "|(?:positive|choice|networks)\\(\\s*settings,\\s*)\"([A-Za-z]+)\"");

  private static String yaml() throws Exception {
    Matcher block =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Repository.root().resolve("docs/msa.md")));
    assertTrue(block.find());
    return block.group(1);
  }

  @Test
  void whatThePageShowsIsTheDefault() throws Exception {
    MsaConfiguration least =
        MsaConfiguration.parse(
            FILE, "hostname: msa.example.org\ndata: whosent-data\nusers: users.passwd\n");
    assertEquals(least, MsaConfiguration.parse(FILE, yaml()));
  }

  @Test
  void everyKeyThatIsReadIsOnThePage() throws Exception {
    String page = yaml();
    int keys = 0;
    try (Stream<Path> files =
        Files.list(Repository.root().resolve("msa-core/src/main/java/org/whosent/msa"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        for (Matcher m = READ.matcher(Files.readString(file)); m.find(); keys++) {
          String key = m.group(1);
          assertTrue(
              Pattern.compile("(?m)^(?:# )?" + key + ":").matcher(page).find(),
              "docs/msa.md lacks " + key);
        }
      }
    }
    assertTrue(keys > 35, "only " + keys + " keys were found in the code");
    for (String key : UserLimits.KEYS) {
      assertTrue(page.contains(key + ":"), "docs/msa.md lacks " + key);
    }
  }
}
