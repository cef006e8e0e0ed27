package io.pulsewarden.registry.procurement;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows one by one, holding one at a time. Not thread-safe. */
interface RowReader {

  /** Null at the end. */
  @Nullable Row next() throws IOException;

  /** A row, or why it is none. */
  sealed interface Row {

    int line();

    /** The fields of a device by name; those that it does not have are absent. */
    record Fields(int line, Map<String, String> values) implements Row {

      public Fields {
        values = Map.copyOf(values);
      }
    }

    /** The row can't be read; the reader goes on behind it. */
    record Bad(int line, String code) implements Row {}
  }
}
