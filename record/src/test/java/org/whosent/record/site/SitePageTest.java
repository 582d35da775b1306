package org.whosent.record.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/site.md says every key and its default: held to the code that reads them. */
class SitePageTest {
  private static final Path ROOT = Path.of(System.getProperty("whosent.root"));

  /** What is a key where the file is read. */
  private static final Pattern READ =
      Pattern.compile(
          "(?:settings|entry)\\s*\\.(?:text|span|flag|mappings|texts|requiredText|has)\\("
              + "\"([A-Za-z]+)\"|zone\\(entry, \"([a-z]+)\"|(?:places)\\(settings, \"([a-z]+)\"");

  @TempDir Path data;

  private static String yaml() throws Exception {
    Matcher block =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("docs/site.md")));
    assertTrue(block.find());
    return block.group(1);
  }

  @Test
  void whatThePageShowsIsTheDefault() throws Exception {
    Files.writeString(data.resolve(Site.FILE), yaml());
    assertEquals(Site.UNKNOWN, Site.read(data));
  }

  @Test
  void itsExamplesAreTaken() throws Exception {
    Files.writeString(data.resolve(Site.FILE), yaml().replaceAll("(?m)^# ", ""));
    Site site = Site.read(data);
    assertEquals(List.of("mail", "mx1"), site.hosts().getFirst().logs());
    assertEquals(2, site.outgoing().size());
    assertEquals(2, site.relays().size());
    assertEquals(List.of("mx-out"), site.syslogNames());
    assertEquals(1, site.abuse().size());
    assertEquals(1, site.dkim().keys().size());
    assertEquals(List.of("example.net"), site.dkim().dns());
    assertEquals(7, site.privacy().maskAfter().toDays());
  }

  @Test
  void everyKeyThatIsReadIsOnThePage() throws Exception {
    String page = yaml();
    int keys = 0;
    for (String source : List.of("Site.java", "Privacy.java")) {
      Path file = ROOT.resolve("record/src/main/java/org/whosent/record/site").resolve(source);
      for (Matcher m = READ.matcher(Files.readString(file)); m.find(); keys++) {
        String key = m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3);
        assertTrue(
            Pattern.compile("(?m)(?:^|[ {])" + key + ": ?").matcher(page).find(),
            "docs/site.md lacks " + key);
      }
    }
    assertTrue(keys > 15, "only " + keys + " keys were found in the code");
  }
}
