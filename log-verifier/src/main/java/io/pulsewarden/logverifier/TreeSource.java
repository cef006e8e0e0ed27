package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.Optional;

/** Where a log's files are read from: C2SP tlog-tiles paths below one prefix. */
public interface TreeSource {

  /**
   * A file's bytes; empty if there is none.
   *
   * @param path such as {@code tile/entries/x001/234.p/56}
   */
  Optional<byte[]> read(String path) throws IOException;
}
