package org.whosent.indexer.log.collector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which program wrote a line, as the fields of a collector's object say.
 *
 * <p>A collector may put fields that it has read out of the text beside its own: rsyslog's {@code
 * mmjsonparse} does so with a JSON text behind {@code @cee:}, of which {@code $!all-json} in a
 * template makes members like any others. Whoever has a program log such a text chooses their
 * names. A name that is there twice makes the object none; so here, where a program is named under
 * several of the names that are known, all must name the same one.
 *
 * @param name empty where none is named
 * @param process out of a tag; else empty
 * @param isCertain false where they differ, or where another program wrote it than they name
 */
record ToldProgram(String name, String process, boolean isCertain) {
  private static final List<String> SYSLOG_TAG = List.of("syslogtag", "syslog-tag");
  private static final List<String> TAG = List.of("tag");

  /** journald's name first: beside it {@code process.name} is the executable's. */
  private static final List<String> PROGRAM =
      List.of(
          "SYSLOG_IDENTIFIER",
          "syslog.identifier",
          "syslog_identifier",
          "labels.syslog_identifier",
          "fields.syslog_identifier",
          "PROGRAM",
          "programname",
          "program",
          "appname",
          "app-name",
          "app_name",
          "ident",
          "log.syslog.appname",
          "process.name",
          "ProcessName",
          "application_name",
          "_application_name",
          "_program");

  /** Names of which one may be the executable's. */
  private static final List<String> EXECUTABLE = List.of("process.name");

  /** By which way the journal had an entry, and from whom, as the kernel says. */
  private static final List<String> TRANSPORT =
      List.of(
          "_TRANSPORT", "_transport", "systemd.transport", "journald.transport", "$!._TRANSPORT");

  private static final List<String> WRITER =
      List.of("_COMM", "_comm", "journald.process.name", "process.name", "$!._COMM");

  private static final Pattern ANYTHING = Pattern.compile(".{1,64}", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./@+-]{1,128}");
  private static final Pattern TAGGED =
      Pattern.compile("([A-Za-z0-9_./@+-]{1,128})(?:\\[([0-9]{1,10})])?:?");

  /** With some, {@code tag} is a name for the stream, which has neither. */
  private static final Pattern ENDS_AS_TAG = Pattern.compile(".*(?:]|:)", Pattern.DOTALL);

  /** What these fields say. */
  static ToldProgram of(CollectedFields fields) {
    Matcher tag = TAGGED.matcher(fields.first(SYSLOG_TAG, TAGGED));
    String program = fields.first(PROGRAM, NAME);
    if (!tag.matches() && program.isEmpty()) {
      tag = TAGGED.matcher(fields.first(TAG, TAGGED));
    }
    String process = "";
    if (tag.matches()) {
      program = tag.group(1);
      process = tag.group(2) == null ? "" : tag.group(2);
    }
    boolean isAnothers =
        fields.first(TRANSPORT, NAME).equals(JournalWriter.SYSLOG)
            && !JournalWriter.mayBe(program, fields.first(WRITER, ANYTHING));
    return new ToldProgram(program, process, !isAnothers && areOne(program, fields));
  }

  private static boolean areOne(String program, CollectedFields fields) {
    List<String> tags = new ArrayList<>(SYSLOG_TAG);
    if (ENDS_AS_TAG.matcher(fields.first(TAG, TAGGED)).matches()) {
      tags.addAll(TAG);
    }
    for (String name : tags) {
      Matcher tag = TAGGED.matcher(fields.first(List.of(name), TAGGED));
      if (tag.matches() && !isOne(program, tag.group(1))) {
        return false;
      }
    }
    for (String name : PROGRAM) {
      String other = fields.first(List.of(name), NAME);
      boolean mayBe =
          other.isEmpty()
              || isOne(program, other)
              || EXECUTABLE.contains(name) && JournalWriter.mayBe(program, other);
      if (!mayBe) {
        return false;
      }
    }
    return true;
  }

  /** rsyslog's {@code programname} ends before the slash. */
  private static boolean isOne(String one, String other) {
    return one.equals(other) || one.startsWith(other + '/') || other.startsWith(one + '/');
  }
}
