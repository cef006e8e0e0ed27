package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a log's files are read from: C2SP tlog-tiles paths below one prefix. Thread-safe. */
public interface TreeSource {

  /**
   * A file's bytes; empty if there is none.
   *
   * @param path such as {@code tile/entries/x001/234.p/56}
   */
  Optional<byte[]> read(String path) throws IOException;

  /** The paths of all files, where that can be told: of a folder, and not of a server. */
  default List<String> list() throws IOException {
    return List.of();
  }
}
