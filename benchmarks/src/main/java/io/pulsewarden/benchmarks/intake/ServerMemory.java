package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Java process uses: its heap after a full collection, and what is resident on Linux. */
final class ServerMemory {

  private static final Pattern USED = Pattern.compile("heap\\s.*?used (\\d+)K", Pattern.DOTALL);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final long KILO = 1_024;

  private final ProcessHandle process;

  ServerMemory(ProcessHandle process) {
    this.process = process;
  }

  /** Of all that can be reached. */
  long heapBytes() throws IOException, InterruptedException {
    String _ = command("GC.run");
    return kilobytes(USED, command("GC.heap_info")) * KILO;
  }

  /** 0 where the system does not say. */
  long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    return Files.exists(status) ? kilobytes(RESIDENT, Files.readString(status)) * KILO : 0;
  }

  private static long kilobytes(Pattern pattern, String text) throws IOException {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IOException("the process does not say how much it uses");
    }
    return Long.parseLong(found.group(1));
  }

  private String command(String what) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                List.of(
                    ServerFiles.java().resolveSibling("jcmd").toString(),
                    Long.toString(process.pid()),
                    what))
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd " + what + " failed");
    }
    return said;
  }
}
