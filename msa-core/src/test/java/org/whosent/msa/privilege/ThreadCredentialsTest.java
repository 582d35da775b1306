package org.whosent.msa.privilege;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a kernel may say of a thread. */
class ThreadCredentialsTest {
  private static final List<String> NONE = List.of("CapEff:\t0000000000000000", "CapPrm:\t0");

  private static List<String> status(String uid, String gid, String groups) {
    List<String> lines = new ArrayList<>(List.of("Name:\tjava", "Uid:\t" + uid, "Gid:\t" + gid));
    lines.add("Groups:\t" + groups + " ");
    lines.addAll(NONE);
    return lines;
  }

  private static List<String> capable(String name) {
    List<String> lines = new ArrayList<>(status("12 12 12 12", "34 34 34 34", "34 56"));
    lines.replaceAll(line -> line.startsWith(name) ? name + "\t0000000000000400" : line);
    return lines;
  }

  private static void assertRefused(ThreadCredentials wanted, List<String> status, String why) {
    IOException refused = assertThrows(IOException.class, () -> wanted.check(status));
    assertTrue(refused.getMessage().startsWith("runAs: "), refused.getMessage());
    assertTrue(refused.getMessage().endsWith(": " + why), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }

  @Test
  void nothingOfRootIsLeftWhereRootBecameAnAccount() {
    ThreadCredentials wanted = ThreadCredentials.became(12, 34, Set.of(34, 56));
    assertDoesNotThrow(() -> wanted.check(status("12 12 12 12", "34 34 34 34", "34 56")));
    assertDoesNotThrow(() -> wanted.check(status("12 12 12 12", "34 34 34 34", "56 34")));
    assertRefused(
        wanted, status("12 12 0 12", "34 34 34 34", "34 56"), "Uid: 12 12 0 12"); // the saved one
    assertRefused(wanted, status("0 12 12 12", "34 34 34 34", "34 56"), "Uid: 0 12 12 12");
    assertRefused(wanted, status("12 12 12 12", "34 34 0 34", "34 56"), "Gid: 34 34 0 34");
    assertRefused(wanted, status("12 12 12 12", "34 34 34 34", "0 34 56"), "Groups: 0 34 56");
    assertRefused(wanted, status("12 12 12 12", "34 34 34 34", "34 56 999"), "Groups: 34 56 999");
    assertRefused(wanted, status("12 12 12 12", "34 34 34 34", "34"), "Groups: 34");
    assertRefused(wanted, capable("CapEff:"), "CapEff: 0000000000000400");
    assertRefused(wanted, capable("CapPrm:"), "CapPrm: 0000000000000400");
  }

  @Test
  void anAccountInRootsGroupIsNoPlainOne() {
    assertRefused(
        ThreadCredentials.became(12, 34, Set.of(0, 34)),
        status("12 12 12 12", "34 34 34 34", "0 34"),
        "Groups: 0 34");
  }

  @Test
  void numbersHaveNoSign() {
    ThreadCredentials wanted = ThreadCredentials.became(-2, -2, Set.of(-2));
    String four = "4294967294 4294967294 4294967294 4294967294";
    assertDoesNotThrow(() -> wanted.check(status(four, four, "4294967294")));
  }

  @Test
  void whoStartedTheAccountMayGiveItMoreButNotRoot() {
    ThreadCredentials wanted = ThreadCredentials.startedAs(12, null);
    assertDoesNotThrow(() -> wanted.check(status("12 12 12 12", "99 99 99 99", "7 8 9")));
    assertDoesNotThrow(() -> wanted.check(status("12 12 12 12", "99 99 99 99", "")));
    assertDoesNotThrow(() -> wanted.check(capable("CapPrm:")));
    assertRefused(wanted, status("0 12 12 12", "99 99 99 99", "7"), "Uid: 0 12 12 12");
    assertRefused(wanted, status("12 12 0 12", "99 99 99 99", "7"), "Uid: 12 12 0 12");
    assertRefused(wanted, status("12 12 12 12", "99 99 0 99", "7"), "Gid: 99 99 0 99");
    assertRefused(wanted, status("12 12 12 12", "99 99 99 99", "7 0"), "Groups: 7 0");
    ThreadCredentials named = ThreadCredentials.startedAs(12, 34);
    assertDoesNotThrow(() -> named.check(status("12 12 12 12", "34 34 34 34", "7 8 9")));
    assertRefused(named, status("12 12 12 12", "99 99 99 99", "34"), "Gid: 99 99 99 99");
  }

  @Test
  void whatIsNotSaidIsNotTakenForNothing() {
    List<String> whole = status("12 12 12 12", "34 34 34 34", "34");
    for (String name : List.of("Uid:", "Gid:", "Groups:", "CapEff:", "CapPrm:")) {
      List<String> cut = new ArrayList<>(whole);
      cut.removeIf(line -> line.startsWith(name));
      assertRefused(ThreadCredentials.became(12, 34, Set.of(34)), cut, "no " + name);
      assertRefused(ThreadCredentials.startedAs(12, null), cut, "no " + name);
    }
    assertRefused(
        ThreadCredentials.became(12, 34, Set.of(34)),
        status("12 12", "34 34 34 34", "34"),
        "Uid: 12 12");
  }
}
