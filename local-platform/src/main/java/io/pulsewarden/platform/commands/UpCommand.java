package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.demo.Demo;
import io.pulsewarden.platform.demo.LiveVitals;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.PlatformStart;
import io.pulsewarden.platform.launch.Processes;
import io.pulsewarden.platform.launch.Progress;
import io.pulsewarden.platform.launch.UpOptions;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.channels.FileLock;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code up}: starts what does not run. */
@Command(
    name = "up",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Starts Kafka, PostgreSQL, Keycloak and the four services on this machine, with three"
          + " patients whose simulated devices send vitals. Ctrl-C stops all of it; the data stay."
    })
final class UpCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Mixin private final VaultOption vault = new VaultOption();

  @Option(names = "--detach", description = "Return when all is ready; './pulsewarden down' stops.")
  private boolean detach;

  @Option(names = "--free-ports", description = "Choose free ports instead of the usual ones.")
  private boolean freePorts;

  @Option(names = "--no-demo", description = "No patients, no devices, no simulator.")
  private boolean noDemo;

  @Option(
      names = "--ask-passphrase",
      description =
          "Ask for the passphrase of the platform's keys. It may come from PULSEWARDEN_PASSPHRASE"
              + " or the 0600 file that PULSEWARDEN_PASSPHRASE_FILE names, too. Without one, it is"
              + " random and kept inside the data folder.")
  private boolean askPassphrase;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.folder();
    data.prepare();
    FileLock lock = data.tryLock();
    if (lock == null) {
      throw new PlatformException(
          "a platform is being started, or runs in another terminal, on " + data.root());
    }
    try (lock) {
      if (allRun(data)) {
        out.println("The platform runs already on " + data.root() + ".");
        return 0;
      }
      start(data, out);
      return 0;
    }
  }

  private boolean allRun(DataFolder data) throws java.io.IOException {
    Set<Part> wanted = EnumSet.allOf(Part.class);
    if (noDemo) {
      wanted.remove(Part.SIMULATOR);
    }
    return new Processes(data).running().keySet().containsAll(wanted);
  }

  private void start(DataFolder data, PrintWriter out) throws Exception {
    Progress progress = new Progress(out);
    progress.say("starting on " + data.root());
    PlatformStart start = new PlatformStart(data, progress);
    Undo undo = Undo.armed(start);
    new Processes(data).launcherIsThisProcess();
    try {
      Ports ports = start.start(new UpOptions(freePorts, askPassphrase, vault.chosen()));
      progress.say("all parts are ready");
      Demo demo = new Demo(data, ports, progress);
      if (!noDemo) {
        demo.begin();
      }
      new Summary(data, ports, out).print(!noDemo, detach);
      if (detach) {
        undo.disarm();
        data.process("launcher").forget();
      } else {
        stay(data, ports, out, undo);
      }
    } catch (Exception e) {
      undo.failed();
      data.process("launcher").forget();
      throw e;
    }
  }

  private void stay(DataFolder data, Ports ports, PrintWriter out, Undo undo) throws Exception {
    Foreground foreground = new Foreground(data, out, undo::stopping);
    if (noDemo) {
      foreground.stay(null);
      return;
    }
    try (LiveVitals vitals = LiveVitals.open(data, ports, onTerminal())) {
      out.println();
      out.println("Vitals as the nurse reads them; each look stands in the audit log:");
      out.flush();
      foreground.stay(vitals);
    }
  }

  @SuppressWarnings(
      "SystemConsoleNull") // Since JDK 25 it is null again where there is no terminal.
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
