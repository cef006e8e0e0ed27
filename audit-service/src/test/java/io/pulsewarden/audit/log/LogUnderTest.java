package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;

/** What a log is kept in: PostgreSQL, or memory. */
interface LogUnderTest {

  /** Makes it empty. */
  LogState begin();

  /** What is there now. */
  LogState current();

  /** Keeps a copy of it. Nobody may use it meanwhile. */
  void backUp();

  /** The copy, in its place, under whoever uses it. */
  void restore();

  /** The leaves that are durable. */
  List<ByteString> leaves();

  /** Records of a batch. */
  int batch();
}
