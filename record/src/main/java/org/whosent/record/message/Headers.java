package org.whosent.record.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A header: its fields from top to bottom. Immutable.
 *
 * @param fields in their order
 */
public record Headers(List<HeaderField> fields) {
  /** No field at all. */
  public static final Headers NONE = new Headers(List.of());

  public Headers {
    fields = List.copyOf(fields);
  }

  /** The uppermost field of that name. */
  public Optional<String> first(String name) {
    for (HeaderField field : fields) {
      if (field.is(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of that name, from the top. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (HeaderField field : fields) {
      if (field.is(name)) {
        values.add(field.value());
      }
    }
    return Collections.unmodifiableList(values);
  }

  /** True when there is such a field. */
  public boolean has(String name) {
    return first(name).isPresent();
  }
}
