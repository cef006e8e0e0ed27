package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.client.AuditLog;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.servers.BuildLock;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: checks the whole log with the verifier, which shares no code with the server. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Checks every entry of the audit log. Needs an auditor. Exit code 1: it lies.")
final class VerifyCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Mixin private final LoginOption login = new LoginOption();

  @Option(
      names = "--tamper",
      description = "Then change one byte of a copy, and show that it is found.")
  private boolean tamper;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Ports ports = Ports.of(data);
    Path work = Files.createTempDirectory(PrivateFiles.folder(data.temporary()), "verify-");
    try (PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"))) {
      Person auditor = login.login(http, data, ports, out);
      Path token = work.resolve("token");
      PrivateFiles.replace(token, auditor.token());
      AuditLog log = new AuditLog(http, data, ports);
      LogVerifierProcess verifier = new LogVerifierProcess(data, log.key(), token);
      out.flush();
      int verdict = verifier.verify(log.url());
      if (verdict != 0 || !tamper) {
        return verdict;
      }
      return tamperedCopyIsFound(out, verifier, log, work.resolve("copy")) ? 0 : 1;
    } finally {
      BuildLock.delete(work);
    }
  }

  private static boolean tamperedCopyIsFound(
      PrintWriter out, LogVerifierProcess verifier, AuditLog log, Path copy) throws Exception {
    if (verifier.mirror(log.url(), copy) != 0) {
      return false;
    }
    Tampering.Change change = Tampering.changeOneByte(copy);
    out.printf(
        "%nchanged  byte %d of %s in that copy, by one bit%n", change.offset(), change.file());
    out.flush();
    boolean found = verifier.verify(copy.toString()) == 1;
    out.println(found ? "found    the change did not stay hidden" : "NOT FOUND: that is a defect");
    out.flush();
    return found;
  }
}
