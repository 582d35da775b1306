package org.whosent.query.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * Reads the access log back: each line as a {@link Question} or an {@link Answer}. What is neither
 * is counted. Not thread-safe.
 */
public final class Looks {
  /** A line of the log. */
  public sealed interface Line {}

  /** Somebody asked. */
  public record Question(
      String look,
      Instant time,
      String osUser,
      String sudoUser,
      Long loginUid,
      boolean sudoUserDoubted,
      String host,
      String command,
      String caseNumber,
      List<String> arguments)
      implements Line {
    public Question {
      arguments = List.copyOf(arguments);
    }

    /**
     * Whom to ask about it: who called sudo, or whose process it was; where the kernel knows of
     * another login than {@code SUDO_USER} says, that one's number.
     */
    public String who() {
      if (sudoUserDoubted) {
        return "uid " + loginUid;
      }
      return sudoUser == null ? osUser : sudoUser;
    }
  }

  /**
   * It was answered, as far as it got.
   *
   * @param users the first of those shown
   * @param userCount all of them
   * @param status null when a signal ended it
   */
  public record Answer(
      String look, Instant time, long shown, List<String> users, long userCount, Long status)
      implements Line {
    public Answer {
      users = List.copyOf(users);
    }

    /** How many users were shown that are not named here. */
    public long unnamed() {
      return Math.max(0, userCount - users.size());
    }
  }

  private Looks() {}

  /**
   * One line.
   *
   * @throws BadLineException when it is none of ours: torn by a full disk, say
   */
  public static Line parse(String text) throws BadLineException {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    Fields fields = new Fields();
    JsonIn.object(json, 0, json.length, fields);
    return fields.line();
  }

  private static final class Fields implements JsonIn.Fields {
    private String type;
    private String look;
    private Instant time;
    private String osUser;
    private String sudoUser;
    private Long loginUid;
    private boolean sudoUserDoubted;
    private String host;
    private String command;
    private String caseNumber;
    private List<String> arguments = List.of();
    private List<String> users = List.of();
    private Long shown;
    private Long userCount;
    private Long status;

    @Override
    public void read(String name, JsonIn in) throws IOException {
      switch (name) {
        case "type" -> type = in.text();
        case "look" -> look = in.text();
        case "time" -> time = in.time();
        case "osUser" -> osUser = in.text();
        case "sudoUser" -> sudoUser = in.text();
        case "loginUid" -> loginUid = in.number();
        case "sudoUserDoubted" -> sudoUserDoubted = Boolean.TRUE.equals(in.flag());
        case "host" -> host = in.text();
        case "command" -> command = in.text();
        case "case" -> caseNumber = in.text();
        case "arguments" -> arguments = in.texts();
        case "users" -> users = in.texts();
        case "shown" -> shown = in.number();
        case "userCount" -> userCount = in.number();
        case "status" -> status = in.number();
        default -> in.skip();
      }
    }

    Line line() throws BadLineException {
      if (look == null || time == null || type == null) {
        throw new BadLineException("no line of an access log");
      }
      return switch (type) {
        case "question" ->
            new Question(
                look,
                time,
                osUser,
                sudoUser,
                loginUid,
                sudoUserDoubted && sudoUser != null && loginUid != null,
                host,
                command,
                caseNumber,
                arguments);
        case "answer" ->
            new Answer(
                look,
                time,
                shown == null ? 0 : shown,
                users,
                userCount == null ? users.size() : userCount,
                status);
        default -> throw new BadLineException("no line of an access log");
      };
    }
  }
}
