package io.pulsewarden.keys;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** All that is logged while it is open, of our packages at every level. */
public final class LogCapture extends Handler implements AutoCloseable {

  private final CopyOnWriteArrayList<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger root = Logger.getLogger("");

  /** From now on. */
  public LogCapture() {
    setLevel(Level.ALL);
    root.addHandler(this);
  }

  /** Messages, parameters and stack traces. */
  public String text() {
    return records.stream().map(LogCapture::text).collect(Collectors.joining("\n"));
  }

  private static String text(LogRecord logged) {
    StringWriter text = new StringWriter();
    text.append(String.valueOf(logged.getMessage()));
    Object[] parameters = logged.getParameters();
    if (parameters != null) {
      for (Object parameter : parameters) {
        text.append(' ').append(String.valueOf(parameter));
      }
    }
    if (logged.getThrown() != null) {
      logged.getThrown().printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }

  @Override
  public void publish(LogRecord logged) {
    records.add(logged);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    root.removeHandler(this);
  }
}
