package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Flight Recorder recording of a Java process while it is measured, for whoever asks for one with
 * {@code -Dpulsewarden.bench.jfr=FOLDER}. It costs a few per cent.
 */
final class Recording implements AutoCloseable {

  private static final String FOLDER = "pulsewarden.bench.jfr";

  private final ProcessHandle process;
  private final boolean wanted;

  private Recording(ProcessHandle process, boolean wanted) {
    this.process = process;
    this.wanted = wanted;
  }

  /** Begins, if it is asked for; {@code what} names the file. */
  static Recording of(ProcessHandle process, String what) throws IOException, InterruptedException {
    String folder = System.getProperty(FOLDER, "");
    Recording recording = new Recording(process, !folder.isEmpty());
    if (recording.wanted) {
      Path file = Path.of(folder).toAbsolutePath().resolve(what + ".jfr");
      recording.command("JFR.start", "name=bench", "settings=profile", "filename=" + file);
    }
    return recording;
  }

  /** Writes the file. */
  @Override
  public void close() throws IOException {
    if (wanted) {
      try {
        command("JFR.stop", "name=bench");
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void command(String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(ServerFiles.java().resolveSibling("jcmd").toString());
    line.add(Long.toString(process.pid()));
    line.addAll(List.of(words));
    Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd " + words[0] + " failed: " + said);
    }
  }
}
