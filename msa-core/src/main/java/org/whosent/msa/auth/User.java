package org.whosent.msa.auth;

import java.util.Map;
import java.util.TreeMap;

/**
 * One line of the user file. Immutable.
 *
 * @param name as written in the file
 * @param hash of the password
 * @param settings the {@code key=value} pairs after the hash; keys not known here are kept
 */
public record User(String name, String hash, Map<String, String> settings) {
  static final int MAX_NAME = 320;

  public User {
    settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** True when the user may not log in. */
  public boolean suspended() {
    return "true".equals(settings.get("suspended"));
  }

  /** What the user may send as; empty when the user file says nothing of it. */
  public java.util.Optional<SenderList> senders() {
    return java.util.Optional.ofNullable(settings.get("from")).map(SenderList::parse);
  }

  /** How much the user may send, by the user file and else by the defaults. */
  public UserLimits limits(UserLimits defaults) {
    return UserLimits.of(settings, defaults);
  }

  /** A key that says nothing here, a slip most likely; null when there is none. */
  String unknownKey() {
    for (String key : settings.keySet()) {
      if (!key.equals("from") && !key.equals("suspended") && !UserLimits.KEYS.contains(key)) {
        return key;
      }
    }
    return null;
  }

  User withHash(String newHash) {
    return new User(name, newHash, settings);
  }

  User withSuspended(boolean suspended) {
    Map<String, String> changed = new TreeMap<>(settings);
    if (suspended) {
      changed.put("suspended", "true");
    } else {
      changed.remove("suspended");
    }
    return new User(name, hash, changed);
  }

  /** What is wrong with a name, for the operator; null when it may be used. */
  public static String nameProblem(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      return "a user name has 1 to " + MAX_NAME + " characters";
    }
    if (name.indexOf(':') >= 0) {
      return "a user name cannot contain ':'";
    }
    if (name.startsWith("#") || !name.strip().equals(name)) {
      return "a user name cannot begin with '#' or begin or end with a blank";
    }
    boolean odd =
        name.codePoints()
            .anyMatch(
                c ->
                    switch (Character.getType(c)) {
                      // Format characters make one name look like another on a screen.
                      case Character.CONTROL,
                          Character.FORMAT,
                          Character.SURROGATE,
                          Character.UNASSIGNED,
                          Character.LINE_SEPARATOR,
                          Character.PARAGRAPH_SEPARATOR ->
                          true;
                      default -> false;
                    });
    return odd ? "a user name cannot contain control or invisible characters" : null;
  }

  /** The line of the file, without its line feed. */
  String line() {
    StringBuilder line = new StringBuilder(name).append(':').append(hash);
    settings.forEach((key, value) -> line.append(':').append(key).append('=').append(value));
    return line.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException with what is wrong with it, never with the hash
   */
  static User parse(String line) {
    String[] parts = line.split(":", -1);
    if (parts.length < 2) {
      throw new IllegalArgumentException("expected name:hash[:key=value ...]");
    }
    String problem = nameProblem(parts[0]);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    if (PasswordHash.of(parts[1]) == null) {
      throw new IllegalArgumentException(
          "not a hash that is read here (argon2id, bcrypt, SHA-512-crypt within their bounds)");
    }
    Map<String, String> settings = new TreeMap<>();
    for (int i = 2; i < parts.length; i++) {
      for (String pair : parts[i].strip().split("\\s+")) {
        if (pair.isEmpty()) {
          continue;
        }
        int equals = pair.indexOf('=');
        if (equals < 1
            || settings.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
          throw new IllegalArgumentException("expected key=value, each key once, after the hash");
        }
      }
    }
    String suspended = settings.get("suspended");
    if (suspended != null && !suspended.equals("true") && !suspended.equals("false")) {
      throw new IllegalArgumentException("suspended is true or false");
    }
    User user = new User(parts[0], parts[1], settings);
    // A limit that cannot be read must not be none.
    UserLimits.of(settings, UserLimits.NONE);
    if (settings.containsKey("from")) {
      SenderList.parse(settings.get("from"));
    }
    return user;
  }
}
